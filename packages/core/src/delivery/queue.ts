import type { Receipt } from '../handler/account.js'
import { Chunk } from './chunk.js'
import { Flight } from './flight.js'

/** How many records and bytes one chunk may hold. */
export interface ChunkLimits {
  readonly records: number
  readonly bytes: number
}

/** The chunks in memory, oldest first. */
export class ChunkQueue {
  readonly #limits: ChunkLimits
  #waiting: (Chunk | undefined)[] = []
  #head = 0
  /** Chunks that take more records, by stream. */
  readonly #open = new Map<string, Chunk>()
  readonly #taken = new Set<Chunk>()
  #bytes = 0
  /** The buffer of a delivered chunk, for the next one: to fill new memory costs more than to encode the records. */
  #spare: Buffer | undefined

  constructor(limits: ChunkLimits) {
    this.#limits = limits
  }

  /** Bytes of all its chunks in memory, taken ones included. */
  get bytes(): number {
    return this.#bytes
  }

  /** Whether no chunk is left, waiting or taken. */
  get isEmpty(): boolean {
    return this.first === undefined && this.#taken.size === 0
  }

  /** Whether a full chunk can be taken. */
  get isReady(): boolean {
    return this.first?.closed === true
  }

  /** The oldest chunk that waits. */
  get first(): Chunk | undefined {
    return this.#waiting[this.#head]
  }

  /** Adds a record, encoded in pieces that have so many bytes together. */
  append(stream: string, receipt: Receipt, pieces: readonly Uint8Array[], bytes: number): void {
    const chunk = this.#chunkFor(stream, bytes)
    const before = chunk.bytes
    chunk.append(receipt, pieces, bytes)
    this.#bytes += chunk.bytes - before
    if (chunk.records < this.#limits.records && chunk.size < this.#limits.bytes) return
    chunk.closed = true
    this.#open.delete(stream)
  }

  /** Closes all chunks, so that each can be taken. */
  closeChunks(): void {
    for (const chunk of this.#open.values()) chunk.closed = true
    this.#open.clear()
  }

  /** Takes the oldest closed chunks that may be sent together, beside those that are being sent; at most `most`. */
  take(most: number, sending: ReadonlySet<Chunk> = new Set()): Chunk[] {
    const flight = new Flight(this.#limits.bytes, sending)
    for (let chunk = this.first; chunk?.closed && flight.chunks.length < most; chunk = this.first) {
      if (!flight.hasRoomFor(chunk)) break
      flight.add(this.#take(this.#head))
    }
    return flight.chunks
  }

  /** Takes the oldest waiting chunk of those begun with number `first` or later. */
  takeFrom(first: number): Chunk | undefined {
    for (let at = this.#head; at < this.#waiting.length; at++)
      if ((this.#waiting[at] as Chunk).number >= first) return this.#take(at)
    return undefined
  }

  /** Puts a taken chunk back to its place. */
  putBack(chunk: Chunk): void {
    if (!this.#taken.delete(chunk)) return
    let at = this.#head
    while (at < this.#waiting.length && (this.#waiting[at] as Chunk).number < chunk.number) at++
    if (at === this.#head && at > 0) this.#waiting[--this.#head] = chunk
    else this.#waiting.splice(at, 0, chunk)
  }

  /** Forgets a taken chunk: its records are delivered, dropped or stored. */
  release(chunk: Chunk): void {
    if (this.#taken.delete(chunk)) this.#bytes -= chunk.bytes
  }

  /** Forgets a taken chunk without records. Its memory is used again: no part of it may still be on its way. */
  recycle(chunk: Chunk): void {
    this.release(chunk)
    const buffer = chunk.takeBuffer()
    if (buffer.length <= 2 * this.#limits.bytes) this.#spare = buffer
  }

  /** The waiting chunk so many places behind the oldest. */
  peek(after: number): Chunk | undefined {
    return this.#waiting[this.#head + after]
  }

  /** Takes all chunks, those that are taken already included, oldest first. */
  takeAll(): Chunk[] {
    this.closeChunks()
    for (const chunk of this.#waiting.slice(this.#head)) this.#taken.add(chunk as Chunk)
    this.#waiting = []
    this.#head = 0
    return [...this.#taken].sort((a, b) => a.number - b.number)
  }

  #chunkFor(stream: string, bytes: number): Chunk {
    const open = this.#open.get(stream)
    if (open && open.size + bytes < this.#limits.bytes) return open
    if (open) open.closed = true
    const chunk = new Chunk(stream, this.#spare)
    this.#spare = undefined
    this.#open.set(stream, chunk)
    this.#waiting.push(chunk)
    return chunk
  }

  #take(at: number): Chunk {
    const chunk = this.#waiting[at] as Chunk
    if (at === this.#head) {
      this.#waiting[this.#head++] = undefined
      if (this.#head * 2 > this.#waiting.length) {
        this.#waiting = this.#waiting.slice(this.#head) // or the places of what was taken would stay
        this.#head = 0
      }
    } else this.#waiting.splice(at, 1)
    if (!chunk.closed) {
      chunk.closed = true
      this.#open.delete(chunk.stream)
    }
    this.#taken.add(chunk)
    return chunk
  }
}
