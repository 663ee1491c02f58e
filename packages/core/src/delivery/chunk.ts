import type { Receipt } from '../handler/account.js'
import { newBuffer } from './slab.js'
import type { Suspect } from './suspect.js'

const FIRST_BYTES = 512 // there may be one chunk for each of many labels
const OVERHEAD_BYTES = 512
const RECORD_BYTES = 8 // its entry in the list of ends
const SHRINK_FACTOR = 8

const EMPTY: Buffer = Buffer.alloc(0)
let chunks = 0

/** Encoded records to send in one message. */
export interface Part {
  /** What the records have in common, such as a tag. Records of one stream are delivered in order. */
  readonly stream: string
  /** The records as they were encoded, one after the other. */
  readonly entries: Uint8Array
  readonly records: number
  /** Which record of its chunk is its first one. */
  readonly index: number
}

/** A run of records with the same receipt. */
export interface Run {
  readonly receipt: Receipt
  records: number
}

/** Encoded records of one stream, in order. Knows which of them still have to be sent. */
export class Chunk {
  /** V8 discards the code it optimized for a class when a collection finds no object of it: here is always one. */
  static readonly kept: Chunk = new Chunk('')
  readonly stream: string
  /** Chunks are numbered in the order in which they were begun. */
  readonly number: number = ++chunks
  /** Whether it takes no more records. */
  closed = false
  /** How often in a row the connection was lost while the chunk was sent, and nothing else was delivered. */
  losses = 0
  /** The state of the search, if the chunk may hold records that no server takes. */
  suspect: Suspect | undefined
  #entries: Buffer
  #ends: number[]
  #runs: Run[]
  #appended = 0
  #sent = 0
  #most = Number.POSITIVE_INFINITY

  constructor(stream: string, buffer: Buffer = EMPTY, ends: number[] = [], runs: Run[] = []) {
    this.stream = stream
    this.#entries = buffer
    this.#ends = ends
    this.#runs = runs
  }

  /** How many records are neither delivered nor dropped. */
  get records(): number {
    return this.#ends.length - this.#sent
  }

  /** Bytes of memory, including those of removed records. */
  get bytes(): number {
    if (this.#appended === 0) return 0
    return this.#entries.length + this.#appended * RECORD_BYTES + OVERHEAD_BYTES
  }

  /** Bytes of its encoded records, including removed ones. */
  get size(): number {
    return this.#ends.at(-1) ?? 0
  }

  /** Adds one record, encoded in pieces that have so many bytes together. */
  append(receipt: Receipt, pieces: readonly Uint8Array[], bytes: number): void {
    let at = this.size
    const end = at + bytes
    this.#grow(end)
    for (const piece of pieces) {
      this.#entries.set(piece, at)
      at += piece.length
    }
    this.#appended++
    if (this.#appended === 1) {
      this.#ends = [end] // push() makes room for 17 at once, and many chunks get one record
      this.#runs = [{ receipt, records: 1 }]
      return
    }
    this.#ends.push(end)
    const last = this.#runs.at(-1)
    if (last?.receipt === receipt) last.records++
    else this.#runs.push({ receipt, records: 1 })
  }

  /** The records to send next. */
  next(): Part {
    return this.#part(this.#sent, Math.min(this.#ends.length, this.#sent + this.#most))
  }

  /** One record alone, so many places behind the next one; `undefined` if there is none. */
  single(after: number): Part | undefined {
    const index = this.#sent + after
    return index < this.#ends.length ? this.#part(index, index + 1) : undefined
  }

  /** From now on, `next()` returns an eighth as many records. */
  shrink(): void {
    this.#most = Math.max(1, Math.floor(Math.min(this.#most, this.records) / SHRINK_FACTOR))
  }

  /** From now on, `next()` returns twice as many records. */
  grow(): void {
    this.#most *= 2
  }

  /** Removes records, which are not sent again. @returns their receipts */
  remove({ index, records }: Part): Run[] {
    if (index < this.#sent) return [] // they were dropped or moved meanwhile
    const runs = this.#removeRuns(index - this.#sent, records)
    if (index === this.#sent) {
      this.#sent += records
      return runs
    }
    const [from, to] = [this.#endOf(index), this.#endOf(index + records)]
    this.#entries.copyWithin(from, to, this.size)
    this.#ends.splice(index, records)
    for (let i = index; i < this.#ends.length; i++) this.#ends[i] = (this.#ends[i] as number) - (to - from)
    return runs
  }

  /** All records that still have to be sent. */
  rest(): Part {
    return this.#part(this.#sent, this.#ends.length)
  }

  /** The records that still have to be sent, in the form that {@link readChunk} reads. */
  toBytes(): Buffer {
    const start = this.#endOf(this.#sent)
    const stream = Buffer.from(this.stream)
    const head = Buffer.allocUnsafe(8 + stream.length + 4 * this.records)
    head.writeUInt32BE(stream.length, 0)
    head.set(stream, 4)
    let at = head.writeUInt32BE(this.records, 4 + stream.length)
    for (let i = this.#sent; i < this.#ends.length; i++)
      at = head.writeUInt32BE((this.#ends[i] as number) - start, at)
    return Buffer.concat([head, this.#entries.subarray(start, this.size)])
  }

  /** Takes its memory away from it. */
  takeBuffer(): Buffer {
    const buffer = this.#entries
    this.#entries = EMPTY
    return buffer
  }

  #part(from: number, to: number): Part {
    const entries = this.#entries.subarray(this.#endOf(from), this.#endOf(to))
    return { stream: this.stream, entries, records: to - from, index: from }
  }

  #removeRuns(skip: number, records: number): Run[] {
    const removed: Run[] = []
    let at = 0
    while (this.#runs[at] && skip >= (this.#runs[at] as Run).records)
      skip -= (this.#runs[at++] as Run).records
    for (let left = records; left > 0 && this.#runs[at]; skip = 0) {
      const run = this.#runs[at] as Run
      const count = Math.min(left, run.records - skip)
      removed.push({ receipt: run.receipt, records: count })
      run.records -= count
      left -= count
      if (run.records === 0) this.#runs.splice(at, 1)
      else at++
    }
    return removed
  }

  #grow(bytes: number): void {
    if (bytes <= this.#entries.length) return
    const grown = newBuffer(Math.max(bytes, 2 * this.#entries.length, FIRST_BYTES))
    this.#entries.copy(grown, 0, 0, this.size)
    this.#entries = grown
  }

  #endOf(records: number): number {
    return records === 0 ? 0 : (this.#ends[records - 1] as number)
  }
}

/**
 * Reads what {@link Chunk.toBytes} wrote; all its records have the same receipt.
 * @throws Error if the bytes are not such a chunk
 */
export function readChunk(source: Uint8Array, receipt: Receipt): Chunk {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.length)
  const isWhole = (length: number): boolean => length <= bytes.length
  const entriesAt = 4 + (isWhole(4) ? bytes.readUInt32BE(0) : bytes.length)
  if (!isWhole(entriesAt + 4)) throw new Error('the batch is damaged: its stream cannot be read')
  const stream = bytes.toString('utf8', 4, entriesAt)
  const records = bytes.readUInt32BE(entriesAt)
  const start = entriesAt + 4 + 4 * records
  if (records === 0 || !isWhole(start))
    throw new Error('the batch is damaged: its number of records is wrong')
  const ends: number[] = []
  for (let i = 0; i < records; i++) {
    const end = bytes.readUInt32BE(entriesAt + 4 + 4 * i)
    if (end <= (ends.at(-1) ?? 0) || !isWhole(start + end))
      throw new Error('the batch is damaged: the length of a record is wrong')
    ends.push(end)
  }
  const entries = bytes.subarray(start, start + (ends.at(-1) as number))
  return new Chunk(stream, entries, ends, [{ receipt, records }])
}
