import type { ChunkQueue } from './chunk-queue.js'
import { Chunk } from './message/chunk.js'
import type { Spool, SpoolEntry, SpooledEntry } from './spool/spool.js'
import type { Trouble } from './trouble.js'

const ADOPT_MS = 60_000
const REST_MS = 1_000

/** Moves chunks between the queue and the spool: what memory cannot hold to it, its oldest back. */
export class Spooling {
  readonly #spool: Spool
  readonly #queue: ChunkQueue
  readonly #trouble: Trouble
  readonly #maxBytes: number
  readonly #onReady: () => void
  readonly #adopting: NodeJS.Timeout
  /** What ended processes left before this one began is older than all it has. */
  readonly #adopted: Promise<void>
  /** The oldest entry of the spool, on its way to a server. */
  #current: { readonly chunk: Chunk; readonly entry: SpooledEntry } | undefined
  /** The chunk that is being written, as the spool knows it. */
  #writing: { readonly chunk: Chunk; readonly entry: SpoolEntry; readonly ended: Promise<void> } | undefined
  /** The number of the first chunk moved since the spool was empty, or 0: what was being sent then is older. */
  #firstMoved = 0
  #moving: Promise<void> | undefined
  /** A disk that failed is not asked again before, on the monotonic clock. */
  #readAgain = 0
  #writeAgain = 0

  /**
   * @param maxBytes what the queue may hold in memory
   * @param onReady told that there may be something to send
   */
  constructor(spool: Spool, queue: ChunkQueue, trouble: Trouble, maxBytes: number, onReady: () => void) {
    this.#spool = spool
    this.#queue = queue
    this.#trouble = trouble
    this.#maxBytes = maxBytes
    this.#onReady = onReady
    this.#adopting = setInterval(() => this.#adopt(), ADOPT_MS).unref()
    this.#adopted = this.#adopt()
  }

  get isReady(): boolean {
    return this.#spool.records > 0 && performance.now() >= this.#readAgain
  }

  /** The oldest chunk of the spool, unless the queue has an older one. */
  async next(): Promise<Chunk | undefined> {
    await this.#adopted
    if (this.#current) return this.#current.chunk
    while (this.#spool.records === 0 && this.#writing) await this.#writing.ended
    if (this.#spool.records === 0) this.#firstMoved = 0
    if (this.#queue.oldest < this.#firstMoved || !this.isReady) return undefined
    const entry = await this.#spool.next()
    if (entry) return this.#take(entry)
    if (this.#spool.records > 0) this.#readLater()
    return undefined
  }

  /** After a chunk was sent, or could not be: `true` if it is the spool's. */
  settle(chunk: Chunk): boolean {
    if (this.#current?.chunk !== chunk) return false
    if (chunk.records > 0) return true
    this.#current.entry.done()
    this.#current = undefined
    return true
  }

  /** Moves the oldest chunks to the spool if memory is more than half full. */
  relieve(): void {
    if (this.#isCrowded() && !this.#moving && performance.now() >= this.#writeAgain)
      void this.#move(() => this.#isCrowded())
  }

  /** Moves all chunks that wait to the spool. */
  async moveAll(): Promise<void> {
    await this.#moving
    await this.#move(() => true)
    const older: Chunk[] = []
    for (let chunk = this.#queue.takeFrom(0); chunk; chunk = this.#queue.takeFrom(0)) older.push(chunk)
    if (older.length > 0 && !this.moveSync(older)) this.#queue.putBack(older)
  }

  /** Moves a chunk that memory has no room for to the spool, at once. */
  save(chunk: Chunk): boolean {
    return performance.now() >= this.#writeAgain && this.moveSync([chunk])
  }

  /** Moves chunks to the spool at once, the oldest first; `false` if the disk does not take them. */
  moveSync(chunks: readonly Chunk[]): boolean {
    const older = chunks.filter(({ number }) => number < this.#firstMoved)
    const newer = chunks.filter(({ number }) => number >= this.#firstMoved)
    try {
      if (older.length > 0) this.#spool.prependSync(older.map(entryOf))
      for (const chunk of older) this.#queue.release(chunk)
      for (const chunk of newer) {
        const isWriting = this.#writing?.chunk === chunk
        this.#spool.appendSync(isWriting && this.#writing ? this.#writing.entry : entryOf(chunk))
        this.#moved(chunk)
      }
      return true
    } catch (error) {
      this.#failed(error)
      return false
    }
  }

  /** Moves all chunks to the spool that are not there, at once: the process may be ending. */
  moveRest(): void {
    this.moveSync([...this.#queue.unsettled()])
    this.#spool.settle()
  }

  /** Leaves what is in the spool to the next process. */
  close(): void {
    clearInterval(this.#adopting)
    this.#spool.close()
  }

  #take(entry: SpooledEntry): Chunk | undefined {
    try {
      this.#current = { chunk: Chunk.fromBytes(entry.bytes), entry }
      return this.#current.chunk
    } catch (error) {
      entry.done()
      this.#queue.count('dropped', entry.records)
      this.#trouble.dropped(entry.records, `they cannot be read from the spool: ${(error as Error).message}`)
      return undefined
    }
  }

  async #adopt(): Promise<void> {
    if ((await this.#spool.adopt()) > 0) this.#onReady()
  }

  #isCrowded(): boolean {
    return this.#queue.bytes > this.#maxBytes / 2
  }

  async #move(goesOn: () => boolean): Promise<void> {
    this.#moving = this.#moveSome(goesOn)
    await this.#moving
    this.#moving = undefined
  }

  async #moveSome(goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      const chunk = this.#queue.takeFrom(this.#firstMoved)
      if (!chunk) return
      const entry = entryOf(chunk)
      const written = this.#spool.append(entry)
      this.#writing = { chunk, entry, ended: written.catch(() => {}) }
      try {
        await written
        this.#moved(chunk)
      } catch (error) {
        this.#queue.putBack([chunk])
        return this.#failed(error)
      } finally {
        this.#writing = undefined
      }
    }
  }

  #moved(chunk: Chunk): void {
    this.#firstMoved ||= chunk.number
    this.#queue.release(chunk)
  }

  #readLater(): void {
    this.#readAgain = performance.now() + REST_MS
    setTimeout(this.#onReady, REST_MS + 1).unref()
  }

  #failed(error: unknown): void {
    this.#writeAgain = performance.now() + REST_MS
    this.#trouble.failed('options.spoolDir', error as Error)
  }
}

function entryOf(chunk: Chunk): SpoolEntry {
  return { records: chunk.records, bytes: chunk.toBytes() }
}
