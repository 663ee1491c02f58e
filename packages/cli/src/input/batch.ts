import { RequestColumns } from '../store/columns/request-columns.js'
import type { ScannedRow } from '../store/columns/scanned-row.js'
import type { Filling, Rejected } from '../store/filling.js'
import type { PlainRecord } from './record.js'

const FULL_BYTES = 4 << 20
const MIN_LINES_BYTES = 1 << 16
const MAX_TEXT = 200

/** Records and rejected pieces that go into the store together. */
export class Batch {
  readonly #requests = new RequestColumns()
  readonly #actions = new LineBuffer()
  #rejected: Rejected[] = []

  get isFull(): boolean {
    return (
      this.#requests.byteLength + this.#actions.lines.length >= FULL_BYTES || this.#rejected.length >= 10_000
    )
  }

  get isEmpty(): boolean {
    return this.#requests.rows + this.#actions.lines.length + this.#rejected.length === 0
  }

  /** Adds a line that is a footprint. @param bytes what `row` points into */
  addRequest(bytes: Uint8Array, row: ScannedRow): void {
    this.#requests.addScanned(bytes, row)
  }

  /** Adds a line that is a labelled record. */
  addAction(line: Uint8Array): void {
    this.#actions.add(line)
  }

  addRecord(record: PlainRecord): void {
    if (record.label_name === 'footprint') this.#requests.addRecord(record)
    else this.addAction(Buffer.from(`${JSON.stringify(record)}\n`))
  }

  addRejected(rejected: Rejected): void {
    this.#rejected.push({
      ...rejected,
      text: rejected.text.slice(0, MAX_TEXT).toWellFormed().replaceAll('\0', ''),
    })
  }

  /** Writes all into the store; then the batch is empty. */
  async flush(filling: Filling): Promise<void> {
    const rejected = this.#rejected
    this.#rejected = []
    const { lines, longest } = this.#actions
    await Promise.all([
      this.#requests.rows > 0 && filling.addRequests(this.#requests.toRowGroup()),
      lines.length > 0 && filling.addActions(lines, longest),
      rejected.length > 0 && filling.addRejected(rejected),
    ])
    this.#requests.clear()
    this.#actions.clear()
  }
}

/** Two batches: one is filled while the other goes into the store. Their memory is used again and again. */
export class Batches {
  readonly #filling: Filling
  #current = new Batch()
  #spare = new Batch()
  #stored: Promise<void> = Promise.resolve()

  constructor(filling: Filling) {
    this.#filling = filling
  }

  /** The one to fill; another one after each `flush()`. */
  get current(): Batch {
    return this.#current
  }

  /**
   * Sends the current batch to the store, once the one before it is there. Rejects if that one could not be stored.
   * @param onStored called when it is there
   */
  async flush(onStored?: () => void): Promise<void> {
    await this.#stored
    if (this.#current.isEmpty) return
    const full = this.#current
    this.#current = this.#spare
    this.#spare = full
    this.#stored = full.flush(this.#filling).then(onStored)
    this.#stored.catch(() => {}) // the next flush() rejects
  }

  /** Resolves when all is in the store. */
  async flushAll(onStored?: () => void): Promise<void> {
    await this.flush(onStored)
    await this.#stored
  }
}

class LineBuffer {
  /** Bytes of the longest line. */
  longest = 0
  #length = 0
  #bytes = Buffer.alloc(0)

  get lines(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  add(line: Uint8Array): void {
    const needed = this.#length + line.length
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed * 2, MIN_LINES_BYTES))
      this.#bytes.copy(larger, 0, 0, this.#length)
      this.#bytes = larger
    }
    this.#bytes.set(line, this.#length)
    this.#length = needed
    if (line.length > this.longest) this.longest = line.length
  }

  clear(): void {
    this.#length = 0
    this.longest = 0
  }
}
