import { Presence } from './presence.js'

const FIRST_BYTES = 1 << 20 // takes real memory only where it is used
const LENGTH_BYTES = 4
/** From here on a copy by the engine is faster than a loop: it needs an object. */
const LONG = 400

/** Texts in Parquet's plain encoding: each behind its length in bytes. */
export class TextColumn {
  readonly presence: Presence = new Presence()
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES)
  #length = 0

  get byteLength(): number {
    return this.#length
  }

  /** @param start in `bytes`, of UTF-8 that needs no change */
  add(row: number, bytes: Uint8Array, start: number, end: number): void {
    const size = end - start
    let to = this.#begin(row, size)
    this.#end(size)
    const into = this.#bytes
    if (size < LONG) for (let i = start; i < end; i++) into[to++] = bytes[i] as number
    else into.set(bytes.subarray(start, end), to)
  }

  /** Adds a JSON string's content, in which `\` stands before single characters only. */
  addEscaped(row: number, bytes: Uint8Array, start: number, end: number): void {
    const first = this.#begin(row, end - start)
    const into = this.#bytes
    let to = first
    for (let i = start; i < end; i++) {
      const byte = bytes[i] as number
      into[to++] = byte === 0x5c ? (UNESCAPED[bytes[++i] as number] as number) : byte
    }
    this.#end(to - first)
  }

  addText(row: number, text: string): void {
    const size = Buffer.byteLength(text)
    const to = this.#begin(row, size)
    this.#bytes.write(text, to)
    this.#end(size)
  }

  values(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  clear(): void {
    this.presence.clear()
    this.#length = 0
  }

  /** Makes room. @returns where the text's bytes go */
  #begin(row: number, atMost: number): number {
    this.presence.add(row)
    const needed = this.#length + LENGTH_BYTES + atMost
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
      this.#bytes.copy(larger, 0, 0, this.#length)
      this.#bytes = larger
    }
    return this.#length + LENGTH_BYTES
  }

  #end(size: number): void {
    const at = this.#length
    const into = this.#bytes
    into[at] = size
    into[at + 1] = size >> 8
    into[at + 2] = size >> 16
    into[at + 3] = size >> 24
    this.#length = at + LENGTH_BYTES + size
  }
}

const UNESCAPED = new Uint8Array(256)
for (const [letter, character] of Object.entries({
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}))
  UNESCAPED[letter.charCodeAt(0)] = character.charCodeAt(0)
