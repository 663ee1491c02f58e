import type { Batch, RecordFormat, RecordQueue } from '@actionlog/core'
import type { AppendFile } from './file/log-file.js'
import type { FileTrouble } from './file-trouble.js'

const NEWLINE = 10
const MAX_BATCH_BYTES = 262_144
const MIN_BATCH_BYTES = 65_536 // or a small file would be rotated at every line
const FIFO_BATCH_BYTES = 4_096 // which it takes at once or not at all, also from many processes

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
  #buffer: Buffer
  #begun: Begun | undefined
  /** The file ends with a part of a line. */
  #midLine = false
  /** That part, if it may still be taken back. */
  #torn: Uint8Array | undefined
  /** Drops that the file does not tell of yet. */
  #untold = 0

  constructor(
    queue: RecordQueue,
    file: AppendFile,
    toLines: RecordFormat,
    trouble: FileTrouble,
    maxBufferBytes: number,
  ) {
    this.#queue = queue
    this.#file = file
    this.#toLines = toLines
    this.#trouble = trouble
    this.#buffer = Buffer.allocUnsafeSlow(Math.min(MAX_BATCH_BYTES, maxBufferBytes >> 2)) // others wait meanwhile
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
    return Math.min(this.#queue.bytes, this.#batchBytes)
  }

  /** Whether as much waits as costs least in one write, or soon will. */
  get isFull(): boolean {
    return this.#queue.bytes >= this.#batchBytes >> 2
  }

  get #batchBytes(): number {
    if (!this.#file.isRegular) return FIFO_BATCH_BYTES
    return Math.min(this.#buffer.length, Math.max(this.#file.maxBytes, MIN_BATCH_BYTES))
  }

  /** Another file stands at the path. */
  startAnew(): void {
    this.#torn = undefined
    this.#midLine = false
    if (this.#begun) this.#begun.sent = 0
  }

  recordDrops(records: number): void {
    if (records === 0) return
    this.#untold += records
    this.#trouble.dropped(records)
  }

  /** @param evenWithoutRecords also if only drops are left to tell of */
  next(evenWithoutRecords: boolean): Payload | undefined {
    this.#takeBack()
    this.#begun ??= this.#take()
    const begun = this.#begun
    if (!begun && !(evenWithoutRecords && this.#untold > 0)) return undefined
    const drops = begun && begun.sent > 0 ? 0 : this.#untold
    const rest = begun ? begun.rest.subarray(begun.sent) : new Uint8Array()
    const before = this.#prefix(begun?.sent === 0 || !begun, drops)
    if (before === '') return { bytes: rest, prefix: 0, drops, begun }
    const prefix = Buffer.from(before)
    if (drops > 0 && !this.#file.isRegular) return { bytes: prefix, prefix: prefix.length, drops, begun } // by itself it stays whole
    return { bytes: Buffer.concat([prefix, rest]), prefix: prefix.length, drops, begun }
  }

  /**
   * The file took the first `bytes` of the payload.
   * @throws Error if it took less than all, and has no room for more
   */
  wrote(payload: Payload, bytes: number): void {
    const all = payload.bytes.length
    if (payload.begun === this.#begun) this.#book(payload, bytes)
    else this.#midLine = bytes < all // it was given up meanwhile
    if (bytes < all && this.#file.isRegular) throw new Error(`it took only ${bytes} of ${all} bytes`)
    this.#trouble.over('written')
  }

  /** Drops what was to be written first. */
  giveUp(): void {
    const batch = this.#begun?.batch
    this.#begun = undefined
    this.#buffer = Buffer.allocUnsafeSlow(this.#buffer.length) // the old one may still be on its way
    if (batch) this.#drop(batch)
  }

  giveUpAll(): void {
    this.giveUp()
    for (let batch = this.#queue.take(MAX_BATCH_BYTES); batch; batch = this.#queue.take(MAX_BATCH_BYTES)) {
      this.#drop(batch)
    }
  }

  #book({ bytes: all, prefix, drops, begun }: Payload, bytes: number): void {
    const isPrefixThrough = bytes >= prefix
    if (isPrefixThrough) this.#untold -= drops
    let torn = isPrefixThrough ? 0 : bytes - (all[0] === NEWLINE ? 1 : 0)
    if (begun && isPrefixThrough) {
      const inBatch = begun.sent + bytes - prefix
      const whole = begun.batch.countDeliveredWithin(inBatch)
      torn = inBatch - whole
      begun.rest = begun.rest.subarray(whole)
      begun.sent = this.#file.isRegular ? 0 : torn
      if (begun.rest.length === 0) this.#begun = undefined
    }
    this.#midLine = torn > 0
    this.#torn = torn > 0 && this.#file.isRegular ? Buffer.from(all.subarray(bytes - torn, bytes)) : undefined
    this.#takeBack()
  }

  /** Not while somebody's bytes stand after it, who may take them back himself. */
  #takeBack(): void {
    if (!this.#torn || !this.#file.takeBack(this.#torn)) return
    this.#torn = undefined
    this.#midLine = false
  }

  #drop(batch: Batch): void {
    this.recordDrops(batch.records)
    batch.countDropped()
  }

  #take(): Begun | undefined {
    const batch = this.#queue.take(this.#batchBytes)
    if (!batch) return undefined
    const room = this.#buffer.length
    const fits = batch.text.length * 3 <= room || Buffer.byteLength(batch.text) <= room
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
