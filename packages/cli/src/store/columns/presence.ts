/** Which rows of a column have a value: a bit for each row, the lowest first. */
export class Presence {
  count = 0
  #bits = new Uint8Array(1 << 12)

  get bits(): Uint8Array {
    return this.#bits
  }

  /** @param row must be larger than the one before */
  add(row: number): void {
    const at = row >> 3
    if (at >= this.#bits.length) this.#grow(at + 1)
    this.#bits[at] = (this.#bits[at] as number) | (1 << (row & 7))
    this.count++
  }

  clear(): void {
    this.#bits.fill(0)
    this.count = 0
  }

  /** Makes room for the bits of a batch, also of rows behind the last one with a value. */
  reserve(rows: number): void {
    const bytes = Math.ceil(rows / 8)
    if (bytes > this.#bits.length) this.#grow(bytes)
  }

  #grow(bytes: number): void {
    const larger = new Uint8Array(Math.max(bytes, this.#bits.length * 2))
    larger.set(this.#bits)
    this.#bits = larger
  }
}
