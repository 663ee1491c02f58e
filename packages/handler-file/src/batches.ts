import type { Batch, Failures, RecordQueue, SizedRecordFormat } from '@actionlog/core'
import type { LogFile } from './file/log-file.js'
import type { Rotation } from './rotation/rotation.js'
import type { Steps } from './steps.js'

const NEWLINE = 10
const MAX_BATCH_BYTES = 262_144
const MIN_BATCH_BYTES = 65_536 // with a smaller batch, a small file would be rotated at every line
const FIFO_BATCH_BYTES = 4_096 // a FIFO takes so many as a whole or not at all, also from several processes

/** A batch that is being written. */
interface Current {
  readonly batch: Batch
  /** Its bytes that are not in the file yet, from the start of a record. */
  rest: Uint8Array
  /** How many bytes of the rest a FIFO has taken already. */
  sent: number
}

/** The bytes of one write. */
export interface Payload {
  readonly bytes: Uint8Array
  /** How many of the bytes stand before the records. */
  readonly prefix: number
  /** How many dropped records the prefix reports. */
  readonly drops: number
  readonly current: Current | undefined
}

/** Turns queued records into the next write, whole lines only, and accounts for what the file took. */
export class Batches {
  readonly #queue: RecordQueue
  readonly #file: LogFile
  readonly #rotation: Rotation
  readonly #writeOut: SizedRecordFormat
  readonly #failures: Failures
  /** Used for every batch, because only one is written at a time. */
  #buffer: Buffer
  #current: Current | undefined
  /** Whether the file ends in the middle of a line. */
  #isMidLine = false
  /** The incomplete line at its end, if this handler wrote it and may still truncate it. */
  #torn: Uint8Array | undefined
  #enough = 0

  constructor(
    queue: RecordQueue,
    file: LogFile,
    rotation: Rotation,
    writeOut: SizedRecordFormat,
    failures: Failures,
    maxBufferBytes: number,
  ) {
    this.#queue = queue
    this.#file = file
    this.#rotation = rotation
    this.#writeOut = writeOut
    this.#failures = failures
    this.#buffer = Buffer.allocUnsafeSlow(Math.min(MAX_BATCH_BYTES, maxBufferBytes >> 2)) // the rest is for the queue
  }

  /** Whether a batch is partly written. */
  get isBegun(): boolean {
    return this.#current !== undefined
  }

  get isEmpty(): boolean {
    return !this.#current && this.#queue.isEmpty
  }

  /** About how many bytes the next payload has. */
  get bytes(): number {
    return Math.min(this.#queue.bytes, this.#batchBytes)
  }

  /** Whether enough records wait to make a write cheap for each. */
  get isFull(): boolean {
    return this.#queue.bytes >= this.#enough
  }

  get #batchBytes(): number {
    if (!this.#file.isRegular) return FIFO_BATCH_BYTES
    return Math.min(this.#buffer.length, Math.max(this.#rotation.maxBytes, MIN_BATCH_BYTES))
  }

  /** Starts with another file. @param isMidLine whether the file ends in the middle of a line */
  begin(isMidLine: boolean): void {
    this.#enough = this.#batchBytes >> 2
    this.#torn = undefined
    this.#isMidLine = isMidLine
    if (this.#current) this.#current.sent = 0
  }

  /** Returns the bytes of the next write. @param withoutRecords whether to write also if there are only drops to report */
  next(withoutRecords: boolean): Payload | undefined {
    this.#current ??= this.#take()
    const current = this.#current
    const unnoted = this.#failures.unnotedDrops
    if (!current && !(withoutRecords && unnoted > 0)) return undefined
    const isAtLineStart = !current || current.sent === 0
    const drops = isAtLineStart ? unnoted : 0
    const rest = current ? current.rest.subarray(current.sent) : new Uint8Array()
    const prefix = Buffer.from(isAtLineStart ? this.#prefix(drops) : '')
    const bytes =
      prefix.length === 0 ? rest : drops > 0 && !this.#file.isRegular ? prefix : Buffer.concat([prefix, rest]) // alone, a FIFO takes it as a whole
    return { bytes, prefix: prefix.length, drops, current }
  }

  /**
   * Accounts for the first `bytes` of the payload, which the file took.
   * @throws Error if the file took less than all of them
   */
  *countWritten(payload: Payload, bytes: number): Steps<void> {
    const all = payload.bytes.length
    if (payload.current === this.#current) this.#count(payload, bytes)
    else this.#isMidLine = bytes < all // the records were dropped while they were written
    yield* this.cutTorn()
    if (bytes < all && this.#file.isRegular) throw new Error(`wrote only ${bytes} of ${all} bytes`)
  }

  /** Drops all records, including those that are being written. */
  dropAll(): void {
    let records = this.#current?.batch.countDropped() ?? 0
    if (this.#current) this.#buffer = Buffer.allocUnsafeSlow(this.#buffer.length) // the old one may still be read
    this.#current = undefined
    for (let batch = this.#queue.take(MAX_BATCH_BYTES); batch; batch = this.#queue.take(MAX_BATCH_BYTES)) {
      records += batch.countDropped()
    }
    this.#failures.recordDrops(records, this.#file.dropReason)
  }

  #count({ bytes: all, prefix, drops, current }: Payload, bytes: number): void {
    const isPrefixWritten = bytes >= prefix
    if (isPrefixWritten) this.#failures.noteDrops(drops)
    let torn = isPrefixWritten ? 0 : bytes - (all[0] === NEWLINE ? 1 : 0)
    if (current && isPrefixWritten) {
      const inBatch = current.sent + bytes - prefix
      const whole = current.batch.countDeliveredWithin(inBatch)
      torn = inBatch - whole
      current.rest = current.rest.subarray(whole)
      current.sent = this.#file.isRegular ? 0 : torn
      if (current.rest.length === 0) this.#current = undefined
    }
    this.#isMidLine = torn > 0
    this.#torn = torn > 0 && this.#file.isRegular ? Buffer.from(all.subarray(bytes - torn, bytes)) : undefined
  }

  /** Truncates the incomplete line at the end of the file, unless somebody wrote after it. */
  *cutTorn(): Steps<void> {
    const torn = this.#torn
    if (!torn || !(yield* this.#file.takeBack(torn))) return
    this.#torn = undefined
    this.#isMidLine = false
  }

  #take(): Current | undefined {
    const batch = this.#queue.take(this.#batchBytes)
    if (!batch) return undefined
    const { text, isAscii } = batch
    const room = this.#buffer.length
    const isRoom = isAscii ? text.length <= room : text.length * 3 <= room || Buffer.byteLength(text) <= room
    if (!isRoom) return { batch, rest: Buffer.from(text), sent: 0 }
    const length = this.#buffer.write(text, isAscii ? 'latin1' : 'utf8') // latin1 is copied, not encoded
    return { batch, rest: this.#buffer.subarray(0, length), sent: 0 }
  }

  #prefix(drops: number): string {
    const newline = this.#isMidLine ? '\n' : ''
    if (drops === 0) return newline
    const reason = this.#file.dropReason
    const note = { time: new Date().toISOString(), label_name: 'actionlog_dropped', dropped: drops, reason }
    return newline + this.#writeOut(note).text
  }
}
