import type { HandlerStats } from '@actionlog/core'
import { Chunk } from './message/chunk.js'
import { type Event, encodeFields } from './message/event.js'

const SOON_EVENTS = 128
const MANY_EVENTS = 512
const MANY_CHARS = 262_144
const CHUNKS_IN_BUFFER = 8

/** How large chunks, and all of them together, may become. */
export interface QueueSettings {
  readonly maxBatchRecords: number
  readonly maxBatchBytes: number
  readonly maxBufferBytes: number
}

/** What a queue tells. */
export interface QueueEvents {
  /** A chunk has become as large as it may. */
  full(): void
  /** There is no room for a chunk: `true` if something else keeps it, and has released it. */
  overflow(chunk: Chunk): boolean
  dropped(records: number): void
}

/**
 * The chunks in memory, oldest first, and the account of all records. Bounded by bytes: what is too much is
 * dropped, whole chunks and the oldest first; those that are taken count, but are not dropped.
 */
export class ChunkQueue {
  readonly #settings: QueueSettings
  readonly #maxChunkBytes: number
  readonly #events: QueueEvents
  /** Not yet in a chunk: encoding them together costs `emit()` nothing. */
  #fresh: Event[] = []
  #freshChars = 0
  #encoding: NodeJS.Immediate | undefined
  #waiting: Chunk[] = []
  /** Those that take more records, by tag. */
  readonly #open = new Map<string, Chunk>()
  readonly #unsettled = new Set<Chunk>()
  #flushes: { readonly chunks: Set<Chunk>; readonly resolve: () => void }[] = []
  #bytes = 0
  readonly #account = { emitted: 0, delivered: 0, dropped: 0 }

  constructor(settings: QueueSettings, events: QueueEvents) {
    this.#settings = settings
    this.#maxChunkBytes = Math.min(settings.maxBatchBytes, settings.maxBufferBytes / CHUNKS_IN_BUFFER)
    this.#events = events
  }

  /** Everything was released. */
  get isEmpty(): boolean {
    return this.#fresh.length === 0 && this.#unsettled.size === 0
  }

  /** Whether a chunk can be taken. */
  get isReady(): boolean {
    return this.#waiting[0]?.closed === true
  }

  /** How much the chunks take in memory. */
  get bytes(): number {
    return this.#bytes
  }

  add(event: Event): void {
    this.#account.emitted++
    this.#fresh.push(event)
    this.#freshChars += event.weight ?? MANY_CHARS
    if (this.#fresh.length >= MANY_EVENTS || this.#freshChars >= MANY_CHARS) this.#encode()
    else if (this.#fresh.length === SOON_EVENTS) this.#encoding ??= setImmediate(() => this.#encode())
  }

  /** Counts a record that came after the end. */
  refuse(): void {
    this.#account.emitted++
    this.#account.dropped++
  }

  /** Counts records that another process left in the spool. */
  found(records: number): void {
    this.#account.emitted += records
  }

  /** Counts records of a chunk that are settled. */
  count(outcome: 'delivered' | 'dropped', records: number): void {
    this.#account[outcome] += records
  }

  /** Closes all chunks: those that can be taken from now on. */
  close(): void {
    this.#encode()
    for (const chunk of this.#open.values()) chunk.closed = true
    this.#open.clear()
  }

  /**
   * The oldest closed chunks that may be sent together, at most `most`: each of another tag, or an ack that is
   * lost would change the order. A suspect comes alone.
   */
  take(most: number): Chunk[] {
    const taken: Chunk[] = []
    const tags = new Set<string>()
    let bytes = 0
    for (const chunk of this.#waiting) {
      bytes += chunk.size
      const fits = taken.length < most && bytes <= this.#settings.maxBatchBytes && !tags.has(chunk.tag)
      if (!chunk.closed || (taken.length > 0 && (!fits || chunk.suspect || taken[0]?.suspect))) break
      taken.push(chunk)
      tags.add(chunk.tag)
    }
    this.#waiting.splice(0, taken.length)
    return taken
  }

  /** Chunks that were taken wait again, where they were. */
  putBack(chunks: readonly Chunk[]): void {
    this.#waiting = [...chunks.filter((chunk) => this.#unsettled.has(chunk)), ...this.#waiting].sort(
      (a, b) => a.number - b.number,
    )
    this.#dropOldest()
  }

  /** All of a chunk is delivered, given up, or in the spool. */
  release(chunk: Chunk): void {
    if (!this.#unsettled.delete(chunk)) return
    this.#bytes -= chunk.bytes
    for (const { chunks, resolve } of this.#flushes) if (chunks.delete(chunk) && chunks.size === 0) resolve()
    this.#flushes = this.#flushes.filter(({ chunks }) => chunks.size > 0)
  }

  /** Resolves when all that is in it now has been released. */
  async settled(): Promise<void> {
    this.close()
    const chunks = new Set(this.#unsettled)
    if (chunks.size > 0) await new Promise<void>((resolve) => this.#flushes.push({ chunks, resolve }))
  }

  /** Every chunk that is not released, oldest first, also those that are taken. */
  unsettled(): Iterable<Chunk> {
    this.close()
    return this.#unsettled
  }

  /** The number of the oldest chunk that waits. */
  get oldest(): number {
    return this.#waiting[0]?.number ?? Number.POSITIVE_INFINITY
  }

  /** Takes the oldest chunk that waits of those begun with `first` or after it. */
  takeFrom(first: number): Chunk | undefined {
    this.close()
    const place = this.#waiting.findIndex(({ number }) => number >= first)
    return place < 0 ? undefined : this.#waiting.splice(place, 1)[0]
  }

  /** Gives up a chunk, which counts as dropped. */
  drop(chunk: Chunk): void {
    this.count('dropped', chunk.records)
    this.release(chunk)
  }

  stats(): HandlerStats {
    const { emitted, delivered, dropped } = this.#account
    return { emitted, delivered, dropped, pending: emitted - delivered - dropped }
  }

  #encode(): void {
    if (this.#encoding) clearImmediate(this.#encoding)
    this.#encoding = undefined
    this.#freshChars = 0
    const events = this.#fresh
    this.#fresh = []
    for (const event of events) this.#append(event)
  }

  #append(event: Event): void {
    const fields = encodeFields(event)
    if (fields.length > this.#settings.maxBufferBytes / 2) {
      this.count('dropped', 1)
      return this.#events.dropped(1)
    }
    const chunk = this.#chunkFor(event.tag, fields.length)
    const before = chunk.records > 0 ? chunk.bytes : 0
    chunk.append(event.time, fields)
    this.#bytes += chunk.bytes - before
    this.#dropOldest()
    if (chunk.records >= this.#settings.maxBatchRecords || chunk.size >= this.#maxChunkBytes)
      this.#events.full()
  }

  #chunkFor(tag: string, bytes: number): Chunk {
    const open = this.#open.get(tag)
    if (open && open.records < this.#settings.maxBatchRecords && open.size + bytes < this.#maxChunkBytes)
      return open
    if (open) open.closed = true
    const chunk = new Chunk(tag)
    this.#open.set(tag, chunk)
    this.#waiting.push(chunk)
    this.#unsettled.add(chunk)
    return chunk
  }

  #dropOldest(): void {
    while (this.#bytes > this.#settings.maxBufferBytes) {
      const oldest = this.#waiting.shift()
      if (!oldest) return
      if (!oldest.closed) this.#open.delete(oldest.tag)
      if (this.#events.overflow(oldest)) continue
      this.#events.dropped(oldest.records)
      this.drop(oldest)
    }
  }
}
