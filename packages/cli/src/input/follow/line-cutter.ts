const NEWLINE = Buffer.from('\n')
const MAX_LINE_BYTES = 64 << 20

/** Cuts bytes that come bit by bit at their newlines. Of a line over 64 MiB only the beginning is given. */
export class LineCutter {
  #rest: Buffer[] = []
  #length = 0
  #isSkipping = false

  /** What is behind the last newline. */
  get rest(): Buffer {
    return Buffer.concat(this.#rest)
  }

  get hasRest(): boolean {
    return this.#length > 0
  }

  /** @returns the lines that are whole now, each with its newline */
  add(bytes: Buffer): Buffer[] {
    const end = bytes.lastIndexOf('\n') + 1
    if (end === 0) return this.#keep(bytes)
    const start = this.#isSkipping ? bytes.indexOf('\n') + 1 : 0
    const lines = Buffer.concat([...this.#takeAll(), bytes.subarray(start, end)])
    return [...(lines.length > 0 ? [lines] : []), ...this.#keep(bytes.subarray(end))]
  }

  /** What is behind the last newline, as a line. */
  takeRest(): Buffer[] {
    return this.hasRest ? [Buffer.concat([...this.#takeAll(), NEWLINE])] : []
  }

  #keep(bytes: Buffer): Buffer[] {
    if (this.#isSkipping) return []
    this.#rest.push(Buffer.from(bytes)) // a copy, because the bytes may be part of a large buffer
    this.#length += bytes.length
    if (this.#length <= MAX_LINE_BYTES) return []
    const lines = this.takeRest()
    this.#isSkipping = true
    return lines
  }

  #takeAll(): Buffer[] {
    const all = this.#rest
    this.#rest = []
    this.#length = 0
    this.#isSkipping = false
    return all
  }
}
