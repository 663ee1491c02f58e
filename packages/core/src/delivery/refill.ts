import { performance } from 'node:perf_hooks'
import { clearInterval, setInterval, setTimeout } from 'node:timers'
import type { Account } from '../handler/account.js'
import type { Failures } from '../handler/failures.js'
import { type Chunk, readChunk } from './chunk.js'
import { Flight } from './flight.js'
import type { Outcomes } from './outcomes.js'
import type { SpooledEntry } from './spool/spool.js'
import type { Store } from './store.js'

const REST_MS = 1_000
const ADOPT_MS = 60_000

/** What a refill uses. */
export interface RefillParts {
  readonly store: Store
  readonly account: Account
  readonly failures: Failures
  readonly outcomes: Outcomes
  /** The most bytes that are sent at once. */
  readonly maxBytes: number
  /** Whether records of that stream can be this handler's: a spool may hold others. */
  owns(stream: string): boolean
}

/** Reads chunks back from the spool, oldest first. A chunk leaves the spool when all its records are settled. */
export class Refill {
  readonly #parts: RefillParts
  /** Chunks that were read and are not settled, oldest first. */
  readonly #read = new Map<Chunk, SpooledEntry>()
  /** When a disk that failed is read again, on the monotonic clock. */
  #readAgain = 0
  #adopted: Promise<void> | undefined
  #adopting: NodeJS.Timeout | undefined
  #onReady = (): void => {}

  constructor(parts: RefillParts) {
    this.#parts = parts
  }

  /** Takes over what ended processes have left in the spool, now and later. @param onReady called when it may be ready */
  open(onReady: () => void): void {
    this.#onReady = onReady
    this.#adopted = this.#adopt()
    this.#adopting = setInterval(() => this.#adopt(), ADOPT_MS).unref()
  }

  /** Whether a chunk can be read. */
  get isReady(): boolean {
    return this.#parts.store.spool.records > 0 && performance.now() >= this.#readAgain
  }

  /** Resolves once the records that ended processes left are taken over: they are older than all of this process. */
  async adopted(): Promise<void> {
    await this.#adopted
  }

  /** Takes the oldest chunks that may be sent together, at most `most`. */
  async take(most: number): Promise<Chunk[]> {
    const flight = new Flight(this.#parts.maxBytes)
    for (let chunk = await this.peek(0); chunk && flight.hasRoomFor(chunk); ) {
      flight.add(chunk)
      chunk = flight.chunks.length < most ? await this.peek(flight.chunks.length) : undefined
    }
    return flight.chunks
  }

  /** The chunk so many places behind the oldest; `undefined` if there is none, or it cannot be read now. */
  async peek(after: number): Promise<Chunk | undefined> {
    while (this.#read.size <= after) if (!(await this.#readNext())) return undefined
    return [...this.#read.keys()][after]
  }

  /** Puts a chunk back, or ends it if it has no records. @returns whether the chunk was of the spool */
  putBack(chunk: Chunk): boolean {
    const entry = this.#read.get(chunk)
    if (entry && chunk.records === 0) {
      this.#read.delete(chunk)
      entry.done()
    }
    return entry !== undefined
  }

  /** Leaves what is in the spool to the next process. */
  close(): void {
    clearInterval(this.#adopting)
    this.#read.clear()
  }

  async #adopt(): Promise<void> {
    await this.#parts.store.spool.adopt()
    this.#onReady()
  }

  /** @returns whether there was an entry */
  async #readNext(): Promise<boolean> {
    const { spool } = this.#parts.store
    if (!this.isReady) return false
    const entry = await spool.peek(this.#read.size)
    if (entry) this.#restore(entry)
    else if (this.#read.size === 0 && spool.records > 0) this.#rest()
    return entry !== undefined
  }

  /** Leaves a disk that failed alone for a while. */
  #rest(): void {
    this.#readAgain = performance.now() + REST_MS
    setTimeout(() => this.#onReady(), REST_MS + 1).unref()
  }

  #restore(entry: SpooledEntry): void {
    const { account, failures, outcomes, store, owns } = this.#parts
    try {
      const chunk = readChunk(entry.bytes, account.stored)
      if (chunk.records !== entry.records)
        throw new Error('the batch is damaged: its number of records is wrong')
      if (owns(chunk.stream)) return void this.#read.set(chunk, entry)
      entry.done()
      outcomes.reject(chunk, chunk.rest(), 'another handler put them into the spool')
    } catch (error) {
      entry.done()
      account.countDropped(account.stored, entry.records)
      failures.recordDrops(entry.records, `${store.name}: ${(error as Error).message}`)
    }
  }
}
