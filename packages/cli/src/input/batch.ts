import type { Filling, Rejected } from '../store/filling.js'
import { requestLine } from '../store/lines.js'
import type { PlainRecord } from './record.js'

const FULL_BYTES = 8 << 20 // a buffer of it takes real memory only where it is used
const MAX_TEXT = 200

/** Lines that go into the store together. */
export class Batch {
  readonly #requests: LineBuffer = new LineBuffer()
  readonly #actions: LineBuffer = new LineBuffer()
  #rejected: Rejected[] = []

  get isFull(): boolean {
    return this.#requests.length + this.#actions.length >= FULL_BYTES || this.#rejected.length >= 10_000
  }

  get isEmpty(): boolean {
    return this.#requests.length + this.#actions.length + this.#rejected.length === 0
  }

  /** @param lines whole lines of footprints, copied */
  addRequests(lines: Uint8Array, longest: number): void {
    this.#requests.add(lines, longest)
  }

  /** @param lines whole lines of labelled records, copied */
  addActions(lines: Uint8Array, longest: number): void {
    this.#actions.add(lines, longest)
  }

  addRecord(record: PlainRecord): void {
    const isRequest = record.label_name === 'footprint'
    const line = Buffer.from(isRequest ? requestLine(record) : `${JSON.stringify(record)}\n`)
    const lines = isRequest ? this.#requests : this.#actions
    lines.add(line, line.length)
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
    await Promise.all([
      this.#requests.flush((lines, longest) => filling.addRequests(lines, longest)),
      this.#actions.flush((lines, longest) => filling.addActions(lines, longest)),
      rejected.length > 0 && filling.addRejected(rejected),
    ])
  }
}

/** Two batches: one is filled while the other goes into the store. */
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
  length = 0
  #bytes = Buffer.alloc(0)
  #longest = 0

  add(lines: Uint8Array, longest: number): void {
    const needed = this.length + lines.length
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2, FULL_BYTES * 1.5))
      this.#bytes.copy(larger, 0, 0, this.length)
      this.#bytes = larger
    }
    this.#bytes.set(lines, this.length)
    this.length = needed
    this.#longest = Math.max(this.#longest, longest)
  }

  async flush(add: (lines: Uint8Array, longest: number) => Promise<void>): Promise<void> {
    const { length } = this
    if (length === 0) return
    await add(this.#bytes.subarray(0, length), this.#longest)
    this.length = 0
    this.#longest = 0
  }
}
