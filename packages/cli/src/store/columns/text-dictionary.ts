const MOST_TEXTS = 4_096
const SLOTS = 4 * MOST_TEXTS
/** Of a longer text only so many bytes at each end, and as many between, make its hash. */
const HASHED_BYTES = 24
/** So many texts with the same hash, or one near it, are tried. */
const MOST_TRIES = 32

/** The different texts of a column, each by its index. The texts themselves are in the column's bytes. */
export class TextDictionary {
  #count = 0
  /** 1 + the index of a text, at its hash or behind it. */
  readonly #slots = new Uint16Array(SLOTS)
  readonly #starts = new Int32Array(MOST_TEXTS)
  readonly #ends = new Int32Array(MOST_TEXTS)
  /** Where the last text belongs that was not found. */
  #slot = 0
  #isCrowded = false

  get count(): number {
    return this.#count
  }

  /** Whether it takes no more texts, because there are too many, or too many that are alike. */
  get isFull(): boolean {
    return this.#count === MOST_TEXTS || this.#isCrowded
  }

  /** @param own the column's bytes. @returns the index of the same text in them, or -1 */
  find(own: Uint8Array, bytes: Uint8Array, start: number, end: number): number {
    let slot = hashOf(bytes, start, end)
    for (let tries = 0; ; tries++, slot = (slot + 1) % SLOTS) {
      const index = (this.#slots[slot] as number) - 1
      if (index < 0) {
        this.#slot = slot
        this.#isCrowded = tries > MOST_TRIES
        return -1
      }
      const from = this.#starts[index] as number
      if ((this.#ends[index] as number) - from === end - start && isSame(own, from, bytes, start, end))
        return index
    }
  }

  /** Adds the text that `find()` did not find, which is at that place in the column's bytes. @returns its index */
  add(start: number, end: number): number {
    const index = this.#count++
    this.#starts[index] = start
    this.#ends[index] = end
    this.#slots[this.#slot] = index + 1
    return index
  }

  /** Where the text is in the column's bytes. */
  startOf(index: number): number {
    return this.#starts[index] as number
  }

  endOf(index: number): number {
    return this.#ends[index] as number
  }

  clear(): void {
    this.#count = 0
    this.#slots.fill(0)
  }
}

function isSame(own: Uint8Array, from: number, bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start, at = from; i < end; i++, at++) if (own[at] !== bytes[i]) return false
  return true
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start
  const head = Math.min(end, start + HASHED_BYTES)
  const tail = Math.max(head, end - HASHED_BYTES)
  const step = Math.max(1, Math.floor((tail - head) / HASHED_BYTES))
  for (let i = start; i < head; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193)
  for (let i = head; i < tail; i += step) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193)
  for (let i = tail; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193)
  return (hash >>> 15) % SLOTS
}
