import { performance } from 'node:perf_hooks'
import type { Failures } from '../handler/failures.js'
import type { Chunk } from './chunk.js'
import type { Outcomes } from './outcomes.js'
import type { ChunkQueue } from './queue.js'
import type { SpoolEntry } from './spool/spool.js'
import type { Store } from './store.js'

const REST_MS = 1_000

/** What a spill uses. */
export interface SpillParts {
  readonly store: Store
  readonly queue: ChunkQueue
  readonly failures: Failures
  readonly outcomes: Outcomes
}

/** Moves chunks from memory to the spool. */
export class Spill {
  readonly #parts: SpillParts
  /** The chunk that is being written, and its entry. */
  #writing: { readonly chunk: Chunk; readonly entry: SpoolEntry; readonly ended: Promise<void> } | undefined
  /** The number of the first chunk moved since the spool was empty, or 0: chunks that were taken then are older. */
  #firstMoved = 0
  #moving: Promise<void> | undefined
  /** When a disk that failed is written to again, on the monotonic clock. */
  #writeAgain = 0

  constructor(parts: SpillParts) {
    this.#parts = parts
  }

  /** Whether the spool holds records or is about to. They may be older than those in memory. */
  get isInUse(): boolean {
    return this.#parts.store.spool.records > 0 || this.#writing !== undefined
  }

  /** Returns whether the oldest records are in the spool, not in memory. */
  async hasOldest(): Promise<boolean> {
    const {
      store: { spool },
      queue,
    } = this.#parts
    while (spool.records === 0 && this.#writing) await this.#writing.ended
    if (spool.records === 0) this.#firstMoved = 0
    return spool.records > 0 && (queue.first?.number ?? Number.POSITIVE_INFINITY) >= this.#firstMoved
  }

  /** Moves the oldest chunks to disk while `isCrowded()`. */
  async relieve(isCrowded: () => boolean): Promise<void> {
    if (isCrowded() && !this.#moving && performance.now() >= this.#writeAgain) await this.#move(isCrowded)
  }

  /** Moves all waiting chunks to disk. */
  async moveAll(): Promise<void> {
    const { queue } = this.#parts
    while (this.#moving) await this.#moving // another caller may begin first
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
    const { failures, outcomes, queue, store } = this.#parts
    failures.endFailures(store.name)
    queue.release(chunk)
    outcomes.recordStored(chunk)
  }

  #recordFailure(error: unknown): void {
    this.#writeAgain = performance.now() + REST_MS
    this.#parts.failures.recordFailure(this.#parts.store.name, error)
  }
}

function entryOf(chunk: Chunk): SpoolEntry {
  return { records: chunk.records, bytes: chunk.toBytes() }
}
