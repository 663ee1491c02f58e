import { isCutLine } from '../cut-line.js'
import type { CompressedFile } from './compressed-file.js'
import type { GrowingFile } from './growing-file.js'
import { LineCutter } from './line-cutter.js'

/** A writer may go on writing to a renamed file for a moment. */
const LATE_WRITE_MS = 3_000

/** What is written under a path between two rotations, as whole lines. */
export class Generation<File extends GrowingFile | CompressedFile = GrowingFile | CompressedFile> {
  readonly file: File
  readonly #lines: LineCutter
  #hasLines = false
  #isOpen = true
  #lastRead = 0
  /** Since when the application does not need it any more. */
  #leftSince: number | undefined

  constructor(file: File, lines: LineCutter = new LineCutter()) {
    this.file = file
    this.#lines = lines
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Whether any line of it was read. */
  get hasLines(): boolean {
    return this.#hasLines
  }

  /** Whether all that is there was read. */
  get isAtEnd(): boolean {
    return !this.#isOpen || this.file.isAtEnd
  }

  /** Lines that were written since. @param before the generation before, whose last line may be completed here */
  async read(before: Generation | undefined): Promise<Buffer[]> {
    if (!this.#isOpen) return []
    const chunks = await this.file.read()
    if (chunks.length > 0) this.#lastRead = Date.now()
    const lines = chunks.flatMap((chunk) => this.#lines.add(chunk))
    const [first] = lines
    if (!first) return []
    const cut = this.#hasLines ? undefined : before?.takeCutLine(first.subarray(0, first.indexOf('\n')))
    this.#hasLines = true
    return cut ? [Buffer.concat([cut, first]), ...lines.slice(1)] : lines
  }

  /** The beginning of a line that ends in the next generation, if it does. @param end the first line there */
  takeCutLine(end: Buffer): Buffer | undefined {
    if (!this.#lines.hasRest || !isCutLine(this.#lines.rest, end)) return undefined
    const [line] = this.#lines.takeRest()
    return line?.subarray(0, -1)
  }

  /** Its continuation in a copy of its file. */
  continueIn(copy: GrowingFile | CompressedFile): Generation {
    const generation = new Generation(copy, this.#lines)
    generation.#hasLines = this.#hasLines
    return generation
  }

  /**
   * Closes it if no more lines can come, or are likely to.
   * @param isNextWritten whether there is a later generation, and lines in it
   * @returns its last line, though it has no newline; `undefined` if it goes on
   */
  async end(isNextWritten: boolean): Promise<Buffer[] | undefined> {
    if (this.#isOpen && this.#isOver(isNextWritten)) await this.close()
    const mayContinue = this.#isOpen || (this.#lines.hasRest && !isNextWritten)
    return mayContinue ? undefined : this.#lines.takeRest()
  }

  async close(): Promise<void> {
    if (this.#isOpen) await this.file.close()
    this.#isOpen = false
  }

  #isOver(isNextWritten: boolean): boolean {
    if (!('isDeleted' in this.file)) return this.file.isAtEnd // a compressed file does not grow
    // until the next one has lines, the application may not have opened it yet
    if (!isNextWritten && !this.file.isDeleted && !this.file.isTruncated) return false
    this.#leftSince ??= Date.now()
    return Date.now() - Math.max(this.#lastRead, this.#leftSince) >= LATE_WRITE_MS
  }
}
