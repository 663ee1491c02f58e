import { Chunk } from './chunk.js'
import type { ChunkQueue } from './chunk-queue.js'
import type { Spool, SpooledEntry } from './spool.js'
import type { Trouble } from './trouble.js'

const ADOPT_MS = 60_000
const RETRY_MS = 1_000

/** Moves chunks between the queue and the spool: what memory cannot hold to it, its oldest back. */
export class Spooling {
  readonly #spool: Spool
  readonly #queue: ChunkQueue
  readonly #trouble: Trouble
  readonly #maxBytes: number
  readonly #onFound: () => void
  readonly #adopting: NodeJS.Timeout
  /** What the delivery has of the spool. */
  #current: { readonly chunk: Chunk; readonly entry: SpooledEntry } | undefined
  /** Chunks of the queue that stand in the spool as well, as they are being sent. */
  readonly #copies = new Map<Chunk, SpooledEntry>()
  #moving: Promise<void> = Promise.resolve()
  #isMoving = false
  #restUntil = 0

  /**
   * @param maxBytes what the queue may hold in memory
   * @param onFound told that there is something to send
   */
  constructor(spool: Spool, queue: ChunkQueue, trouble: Trouble, maxBytes: number, onFound: () => void) {
    this.#spool = spool
    this.#queue = queue
    this.#trouble = trouble
    this.#maxBytes = maxBytes
    this.#onFound = onFound
    this.#adopting = setInterval(() => this.#adopt(), ADOPT_MS).unref()
    void this.#adopt()
  }

  get isReady(): boolean {
    return this.#spool.records > 0
  }

  /** The oldest chunk of the spool. */
  async next(): Promise<Chunk | undefined> {
    if (this.#current) return this.#current.chunk
    const entry = await this.#spool.next()
    if (!entry) return undefined
    this.#current = { chunk: Chunk.fromBytes(entry.bytes), entry }
    return this.#current.chunk
  }

  /** After a chunk was sent, or could not be: `true` if the spool keeps what is left of it. */
  settle(chunk: Chunk): boolean {
    if (this.#current?.chunk === chunk) {
      if (chunk.records > 0) return true
      this.#current.entry.done()
      this.#current = undefined
      return true
    }
    const copy = this.#copies.get(chunk)
    if (!copy) return false
    this.#copies.delete(chunk)
    if (chunk.records === copy.records) this.#queue.release(chunk)
    else copy.done()
    return chunk.records === copy.records
  }

  /** Moves the oldest chunks to the spool if memory is more than half full. */
  relieve(): void {
    if (!this.#isMoving && this.#isCrowded() && Date.now() >= this.#restUntil) void this.#move(false)
  }

  /** Moves all chunks to the spool. */
  async moveAll(): Promise<void> {
    await this.#moving
    await this.#move(true)
  }

  /** The same at once, at exit. Throws if the disk does not take it. */
  moveSync(): void {
    for (const chunk of this.#queue.unsettled()) {
      if (!this.#copies.has(chunk)) this.#spool.appendSync({ records: chunk.records, bytes: chunk.toBytes() })
      this.#queue.release(chunk)
    }
    this.close()
  }

  /** Leaves what is in the spool to the next process. */
  close(): void {
    clearInterval(this.#adopting)
    this.#spool.close()
  }

  async #adopt(): Promise<void> {
    try {
      const records = await this.#spool.adopt()
      this.#queue.found(records)
      if (records > 0) this.#onFound()
    } catch (error) {
      this.#failed(error)
    }
  }

  #isCrowded(): boolean {
    return this.#queue.bytes > this.#maxBytes / 2
  }

  async #move(all: boolean): Promise<void> {
    this.#moving = this.#copyChunks(all)
    this.#isMoving = true
    await this.#moving
    this.#isMoving = false
  }

  async #copyChunks(all: boolean): Promise<void> {
    try {
      for (const chunk of [...this.#queue.unsettled()]) {
        if (!all && !this.#isCrowded()) return
        if (!this.#copies.has(chunk)) await this.#copy(chunk)
      }
    } catch (error) {
      this.#failed(error)
    }
  }

  async #copy(chunk: Chunk): Promise<void> {
    const entry = await this.#spool.append({ records: chunk.records, bytes: chunk.toBytes() })
    const isStale = !this.#queue.has(chunk) || chunk.records !== entry.records
    if (isStale) return entry.done() // it was sent meanwhile, or dropped
    if (!this.#queue.leave(chunk)) this.#copies.set(chunk, entry)
  }

  #failed(error: unknown): void {
    this.#restUntil = Date.now() + RETRY_MS
    this.#trouble.failed('options.spoolDir', error as Error)
  }
}
