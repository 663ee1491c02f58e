import type { Batch, RecordFormat, RecordQueue } from '@actionlog/core'
import type { AppendFile } from './append-file.js'
import type { FileTrouble } from './file-trouble.js'

// As many lines in a write cost least; a FIFO takes so many at once or none, also from many processes
const BATCH_BYTES = 262_144
const FIFO_BATCH_BYTES = 4_096

/** Records from the queue, of which some of the first one's bytes may be in a FIFO already. */
interface Begun {
  readonly batch: Batch
  /** From the start of a record. */
  rest: Uint8Array
  sent: number
}

/** What one write is to bring to the file. */
export interface Payload {
  readonly bytes: Uint8Array
  /** How many of the bytes stand before the records. */
  readonly prefix: number
  /** How many drops the prefix tells of. */
  readonly drops: number
  readonly begun: Begun | undefined
}

/** Makes of the queue what is written, whole lines only, and books what has arrived. */
export class Outgoing {
  readonly #queue: RecordQueue
  readonly #file: AppendFile
  readonly #toLines: RecordFormat
  readonly #trouble: FileTrouble
  /** For all batches, as only one is written at a time. */
  #buffer: Buffer = Buffer.allocUnsafeSlow(BATCH_BYTES)
  #begun: Begun | undefined
  /** The file ends with a part of a line. */
  #midLine = false
  /** Drops that the file does not tell of yet. */
  #untold = 0

  constructor(queue: RecordQueue, file: AppendFile, toLines: RecordFormat, trouble: FileTrouble) {
    this.#queue = queue
    this.#file = file
    this.#toLines = toLines
    this.#trouble = trouble
    this.#midLine = file.endHalfLine()
  }

  /** A batch is written in part. */
  get isBegun(): boolean {
    return this.#begun !== undefined
  }

  get isEmpty(): boolean {
    return !this.#begun && this.#queue.isEmpty
  }

  /** How much the next payload brings, more or less. */
  get bytes(): number {
    return Math.min(this.#queue.bytes, BATCH_BYTES)
  }

  dropped(records: number): void {
    this.#untold += records
    this.#trouble.dropped(records)
  }

  /**
   * @param evenWithoutRecords if only drops are left to tell of
   */
  next(evenWithoutRecords: boolean): Payload | undefined {
    this.#begun ??= this.#take()
    const begun = this.#begun
    if (!begun && !(evenWithoutRecords && this.#untold > 0)) return undefined
    const drops = begun && begun.sent > 0 ? 0 : this.#untold
    const rest = begun ? begun.rest.subarray(begun.sent) : new Uint8Array()
    const before = this.#prefix(begun?.sent === 0 || !begun, drops)
    if (before === '') return { bytes: rest, prefix: 0, drops, begun }
    const prefix = Buffer.from(before)
    return { bytes: Buffer.concat([prefix, rest]), prefix: prefix.length, drops, begun }
  }

  /** The file took the first `bytes` of the payload. */
  wrote({ bytes: all, prefix, drops, begun }: Payload, bytes: number): void {
    if (begun !== this.#begun) {
      this.#midLine = bytes < all.length // it was given up meanwhile
      return
    }
    const isPrefixThrough = bytes >= prefix
    if (isPrefixThrough) this.#untold -= drops
    const inBatch = isPrefixThrough && begun ? begun.sent + bytes - prefix : 0
    const whole = begun ? begun.batch.deliveredWithin(inBatch) : 0
    const torn = isPrefixThrough ? inBatch - whole : bytes
    if (begun) {
      begun.rest = begun.rest.subarray(whole)
      begun.sent = 0
      if (begun.rest.length === 0) this.#begun = undefined
    }
    this.#midLine =
      torn > 0 && !(this.#file.isRegular && this.#file.takeBack(all.subarray(bytes - torn, bytes)))
    if (begun && isPrefixThrough && !this.#file.isRegular) begun.sent = torn
  }

  /** Drops what was to be written first. */
  giveUp(): void {
    const batch = this.#begun?.batch
    this.#begun = undefined
    this.#buffer = Buffer.allocUnsafeSlow(BATCH_BYTES) // the old one may still be on its way
    if (batch) this.#drop(batch)
  }

  giveUpAll(): void {
    this.giveUp()
    for (let batch = this.#queue.take(BATCH_BYTES); batch; batch = this.#queue.take(BATCH_BYTES)) {
      this.#drop(batch)
    }
  }

  #drop(batch: Batch): void {
    this.dropped(batch.records)
    batch.dropped()
  }

  #take(): Begun | undefined {
    const batch = this.#queue.take(this.#file.isRegular ? BATCH_BYTES : FIFO_BATCH_BYTES)
    if (!batch) return undefined
    // a UTF-16 unit takes up to three bytes
    const fits = batch.text.length * 3 <= BATCH_BYTES || Buffer.byteLength(batch.text) <= BATCH_BYTES
    const rest = fits ? this.#buffer.subarray(0, this.#buffer.write(batch.text)) : Buffer.from(batch.text)
    return { batch, rest, sent: 0 }
  }

  #prefix(atLineStart: boolean, drops: number): string {
    if (!atLineStart) return ''
    const newline = this.#midLine ? '\n' : ''
    if (drops === 0) return newline
    const time = new Date().toISOString()
    const note = { time, label_name: 'actionlog_dropped', dropped: drops, reason: this.#trouble.reason }
    return newline + this.#toLines(note)
  }
}
