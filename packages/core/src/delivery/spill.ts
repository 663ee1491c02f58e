import { performance } from 'node:perf_hooks'
import type { Account } from '../handler/account.js'
import type { Failures } from '../handler/failures.js'
import { type Chunk, readChunk } from './chunk.js'
import { settle } from './outcome.js'
import type { ChunkQueue } from './queue.js'
import type { SpoolEntry, SpooledEntry } from './spool/spool.js'
import type { Store } from './store.js'

const REST_MS = 1_000

/** The parts that a spill uses. */
export interface SpillParts {
  readonly store: Store
  readonly queue: ChunkQueue
  readonly account: Account
  readonly failures: Failures
}

/** Moves chunks between memory and disk: to the spool when memory is full, and back again, oldest first. */
export class Spill {
  readonly #parts: SpillParts
  /** Chunks that were read from the spool and are not settled, oldest first. */
  readonly #read = new Map<Chunk, SpooledEntry>()
  /** The chunk that is being written, and its entry. */
  #writing: { readonly chunk: Chunk; readonly entry: SpoolEntry; readonly ended: Promise<void> } | undefined
  /** The number of the first chunk moved since the spool was empty, or 0: chunks that were taken then are older. */
  #firstMoved = 0
  #moving: Promise<void> | undefined
  /** When a disk that failed is tried again, on the monotonic clock. */
  #readAgain = 0
  #writeAgain = 0

  constructor(parts: SpillParts) {
    this.#parts = parts
  }

  /** Whether a chunk can be read. */
  get isReady(): boolean {
    return this.#parts.store.spool.records > 0 && performance.now() >= this.#readAgain
  }

  /** Whether the spool holds records, or takes some: they may be older than those in memory. */
  get isInUse(): boolean {
    return this.#parts.store.spool.records > 0 || this.#writing !== undefined
  }

  /** How long a disk that failed is left alone; 0 if it works. */
  get restMs(): number {
    return Math.max(0, Math.ceil(this.#readAgain - performance.now()))
  }

  /** Takes over what ended processes have left. */
  async adopt(): Promise<void> {
    await this.#parts.store.spool.adopt()
  }

  /** The oldest chunk of the spool, unless memory has an older one. */
  async next(): Promise<Chunk | undefined> {
    const {
      store: { spool },
      queue,
    } = this.#parts
    const [current] = this.#read.keys()
    if (current) return current
    while (spool.records === 0 && this.#writing) await this.#writing.ended
    if (spool.records === 0) this.#firstMoved = 0
    if ((queue.first?.number ?? Number.POSITIVE_INFINITY) < this.#firstMoved || !this.isReady)
      return undefined
    const entry = await spool.next()
    if (entry) return this.#chunkOf(entry)
    if (spool.records > 0) this.#readAgain = performance.now() + REST_MS
    return undefined
  }

  /** The chunk behind {@link next}. */
  async second(): Promise<Chunk | undefined> {
    const [, second] = this.#read.keys()
    if (second || this.#read.size === 0 || !this.isReady) return second
    const entry = await this.#parts.store.spool.second()
    return entry && this.#chunkOf(entry)
  }

  /** Ends a chunk of the spool. @returns whether the chunk was of the spool */
  settle(chunk: Chunk): boolean {
    const entry = this.#read.get(chunk)
    if (!entry) return false
    if (chunk.records > 0) return true
    this.#read.delete(chunk)
    entry.done()
    return true
  }

  /** Moves the oldest chunks to disk while `isCrowded()`. */
  async relieve(isCrowded: () => boolean): Promise<void> {
    if (isCrowded() && !this.#moving && performance.now() >= this.#writeAgain) await this.#move(isCrowded)
  }

  /** Moves all waiting chunks to disk. */
  async moveAll(): Promise<void> {
    const { queue } = this.#parts
    await this.#moving
    await this.#move(() => true)
    const older: Chunk[] = []
    for (let chunk = queue.takeFrom(0); chunk; chunk = queue.takeFrom(0)) older.push(chunk)
    if (older.length > 0 && !this.moveSync(older)) for (const chunk of older) queue.putBack(chunk)
  }

  /** Moves a chunk that memory has no room for to disk, at once. @returns whether it is there */
  save(chunk: Chunk): boolean {
    return performance.now() >= this.#writeAgain && this.moveSync([chunk])
  }

  /** Moves taken chunks to disk at once, the oldest first. @returns whether they are there */
  moveSync(chunks: readonly Chunk[]): boolean {
    const { spool } = this.#parts.store
    const older = chunks.filter(({ number }) => number < this.#firstMoved)
    const newer = chunks.filter(({ number }) => number >= this.#firstMoved)
    try {
      if (older.length > 0) spool.prependSync(older.map(entryOf))
      for (const chunk of older) this.#recordMove(chunk)
      for (const chunk of newer) {
        const writing = this.#writing?.chunk === chunk ? this.#writing : undefined
        spool.appendSync(writing?.entry ?? entryOf(chunk))
        this.#firstMoved ||= chunk.number
        this.#recordMove(chunk)
      }
      return true
    } catch (error) {
      this.#recordFailure(error)
      return false
    }
  }

  /** Leaves what is in the spool to the next process. */
  close(): void {
    this.#parts.store.spool.close()
    this.#read.clear()
  }

  #chunkOf(entry: SpooledEntry): Chunk | undefined {
    const { account, failures, store } = this.#parts
    try {
      const chunk = readChunk(entry.bytes, account.stored)
      if (chunk.records !== entry.records)
        throw new Error('the batch is damaged: its number of records is wrong')
      this.#read.set(chunk, entry)
      return chunk
    } catch (error) {
      entry.done()
      account.countDropped(account.stored, entry.records)
      failures.recordDrops(entry.records, `${store.name}: ${(error as Error).message}`)
      return undefined
    }
  }

  async #move(goesOn: () => boolean): Promise<void> {
    this.#moving = this.#moveSome(goesOn)
    await this.#moving
    this.#moving = undefined
  }

  async #moveSome(goesOn: () => boolean): Promise<void> {
    const {
      store: { spool },
      queue,
    } = this.#parts
    while (goesOn()) {
      const chunk = queue.takeFrom(this.#firstMoved)
      if (!chunk) return
      const entry = entryOf(chunk)
      const written = spool.append(entry)
      this.#writing = { chunk, entry, ended: written.catch(() => {}) }
      try {
        await written
        this.#firstMoved ||= chunk.number
        this.#recordMove(chunk)
      } catch (error) {
        queue.putBack(chunk)
        return this.#recordFailure(error)
      } finally {
        this.#writing = undefined
      }
    }
  }

  #recordMove(chunk: Chunk): void {
    const { account, failures, queue, store } = this.#parts
    failures.endFailures(store.name)
    queue.release(chunk)
    settle(account, 'countStored', chunk)
  }

  #recordFailure(error: unknown): void {
    this.#writeAgain = performance.now() + REST_MS
    this.#parts.failures.recordFailure(this.#parts.store.name, error)
  }
}

function entryOf(chunk: Chunk): SpoolEntry {
  return { records: chunk.records, bytes: chunk.toBytes() }
}
