import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { decode, encode } from '@msgpack/msgpack'

const FIRST_BYTES = 512 // there may be one for each of many labels
const OVERHEAD_BYTES = 512
const RECORD_BYTES = 8 // its place in the list of ends
const HEAD_BYTES = 11

let chunks = 0

/** What one message of the forward protocol carries: events of one tag, in order, and how far they are sent. */
export class Chunk {
  readonly tag: string
  /** In the order in which they were begun. */
  readonly number: number = ++chunks
  /** Takes no more records. */
  closed = false
  /** It may be what the server cannot take: it is sent alone, and in halves. */
  suspect = false
  /** The last server it was sent to kept the connection open without an ack: it may be stalled. */
  unanswered = false
  /** How often the connection was lost while it was sent. */
  losses = 0
  /** How often a server that acknowledged a later message did not acknowledge it. */
  refusals = 0
  #entries: Buffer
  readonly #ends: number[]
  #sent = 0
  #most = Number.POSITIVE_INFINITY

  constructor(tag: string, entries: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES), ends: number[] = []) {
    this.tag = tag
    this.#entries = entries
    this.#ends = ends
  }

  /** Those of {@link toBytes}. Throws if they are not. */
  static fromBytes(bytes: Uint8Array): Chunk {
    const [tag, entries, ends] = decode(bytes) as [string, Uint8Array, number[]]
    return new Chunk(tag, Buffer.from(entries.buffer, entries.byteOffset, entries.length), ends)
  }

  /** How many records are not yet delivered or given up. */
  get records(): number {
    return this.#ends.length - this.#sent
  }

  /** What it takes in memory. */
  get bytes(): number {
    return this.#entries.length + this.#ends.length * RECORD_BYTES + OVERHEAD_BYTES
  }

  /** Bytes of its entries. */
  get size(): number {
    return this.#ends.at(-1) ?? 0
  }

  /** Adds an entry, `[EventTime, fields]`: the time in milliseconds since 1970, the fields in MessagePack. */
  append(time: number, fields: Uint8Array): void {
    const start = this.size
    const end = start + HEAD_BYTES + fields.length
    this.#grow(end)
    const entries = this.#entries
    entries[start] = 0x92 // an array of two
    entries[start + 1] = 0xd7 // 8 bytes of extension type 0: EventTime
    entries[start + 2] = 0
    const seconds = Math.floor(time / 1_000)
    entries.writeUInt32BE(seconds, start + 3)
    entries.writeUInt32BE((time - seconds * 1_000) * 1e6, start + 7)
    entries.set(fields, start + HEAD_BYTES)
    this.#ends.push(end)
  }

  /** What of it is to be sent next. */
  next(): Part {
    const end = Math.min(this.#ends.length, this.#sent + this.#most)
    const start = this.#endOf(this.#sent)
    return new Part(this.tag, this.#entries.subarray(start, this.#endOf(end)), end - this.#sent)
  }

  /** A part need not be sent again. */
  advance(part: Part): void {
    this.#sent += part.records
  }

  /** Sends half as much at once, from now on. */
  halve(part: Part): void {
    this.#most = Math.ceil(part.records / 2)
  }

  /** What is not sent, for the spool. */
  toBytes(): Uint8Array {
    const start = this.#endOf(this.#sent)
    const ends = this.#ends.slice(this.#sent).map((end) => end - start)
    return encode([this.tag, this.#entries.subarray(start, this.size), ends])
  }

  #grow(bytes: number): void {
    if (bytes <= this.#entries.length) return
    const grown = Buffer.allocUnsafeSlow(this.size > 0 ? Math.max(bytes, 2 * this.#entries.length) : bytes)
    this.#entries.copy(grown, 0, 0, this.size)
    this.#entries = grown
  }

  #endOf(records: number): number {
    return records === 0 ? 0 : (this.#ends[records - 1] as number)
  }
}

const gzipped = promisify(gzip)

/** One message: `[tag, entries, options]` (PackedForward, or CompressedPackedForward). */
export class Part {
  /** Names the message in its ack. */
  readonly id: string = randomBytes(16).toString('base64')
  readonly records: number
  readonly #tag: string
  readonly #entries: Uint8Array

  /** Without entries it is a probe: a server acks it, and has nothing to keep. */
  constructor(tag: string, entries: Uint8Array = new Uint8Array(), records = 0) {
    this.#tag = tag
    this.#entries = entries
    this.records = records
  }

  /** The message, in pieces that need no copy. */
  async pieces(compress: boolean): Promise<Uint8Array[]> {
    const entries = compress && this.records > 0 ? await gzipped(this.#entries) : this.#entries
    const option = {
      size: this.records,
      chunk: this.id,
      ...(entries !== this.#entries && { compressed: 'gzip' }),
    }
    const head = Buffer.alloc(5)
    head[0] = 0xc6 // binary, its length in 32 bits
    head.writeUInt32BE(entries.length, 1)
    return [Uint8Array.of(0x93), encode(this.#tag), head, entries, encode(option)]
  }
}
