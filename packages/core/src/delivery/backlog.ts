import {
  clearImmediate,
  clearInterval,
  clearTimeout,
  setImmediate,
  setInterval,
  setTimeout,
} from 'node:timers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Receipt } from '../handler/account.js'
import type { BacklogOptions, BacklogParts } from './backlog-options.js'
import type { Chunk, Found, Part } from './chunk.js'
import { type Encodable, Intake } from './intake.js'
import { settle } from './outcome.js'
import { ChunkQueue } from './queue.js'
import { Spill } from './spill.js'

const CHUNKS_IN_BUFFER = 8
const ADOPT_MS = 60_000

/**
 * All records that are not delivered, in memory and in the spool, as one source in order. Memory is bounded: what does
 * not fit goes to the spool, or is dropped, oldest chunk first; a chunk that is being sent is not dropped.
 */
export class Backlog {
  readonly #options: BacklogOptions
  readonly #parts: BacklogParts
  readonly #queue: ChunkQueue
  readonly #spill: Spill | undefined
  readonly #intake = new Intake()
  /** The receipt of the newest records, encoded or not. */
  #receipt: Receipt | undefined
  #encoding: NodeJS.Immediate | undefined
  #interval: NodeJS.Timeout | undefined
  #adopted: Promise<void> | undefined
  #adopting: NodeJS.Timeout | undefined
  #isDue = false
  #flushes = 0
  #wake = (): void => {}

  constructor(options: BacklogOptions, parts: BacklogParts) {
    this.#options = options
    this.#parts = parts
    const { maxBatchRecords: records, maxBatchBytes, maxBufferBytes } = options
    this.#queue = new ChunkQueue({
      records,
      bytes: Math.min(maxBatchBytes, maxBufferBytes / CHUNKS_IN_BUFFER),
    })
    const { account, failures, store } = parts
    if (store) this.#spill = new Spill({ store, queue: this.#queue, account, failures })
  }

  /** Takes over what ended processes have left in the spool, now and later. */
  open(): void {
    if (!this.#spill) return
    this.#adopted = this.#adopt()
    this.#adopting = setInterval(() => this.#adopt(), ADOPT_MS).unref()
  }

  /** Adds a record, which may wait for others. */
  add(record: Encodable): void {
    this.#receipt = this.#parts.account.countEmitted()
    const due = this.#intake.add(record)
    if (due === 'now') this.#encode()
    else if (due === 'soon') this.#encoding ??= setImmediate(() => this.#encode())
    this.#interval ??= setTimeout(() => {
      this.#interval = undefined
      this.sendNow()
    }, this.#options.flushIntervalMs).unref()
  }

  /** Sends all records now, also those that could wait for others. */
  sendNow(): void {
    this.#isDue = true
    this.#wake()
  }

  /** Resolves once there is something to send. */
  async ready(): Promise<void> {
    while (!this.#isReady)
      await new Promise<void>((wake) => {
        this.#wake = wake
      })
  }

  /** Takes the oldest chunks that may be sent together, at most `most`. Each is to be put back. */
  async take(most: number): Promise<Chunk[]> {
    this.#closeDue()
    await this.#adopted // what ended processes left is older than all records of this one
    const spooled = await this.#spill?.next()
    if (!spooled) {
      const restMs = this.#spill?.restMs
      if (restMs) void sleep(restMs + 1, undefined, { ref: false }).then(() => this.#wake())
      return this.#withRecords(this.#queue.take(most))
    }
    if (spooled.records > 0 && !this.#parts.owns(spooled.stream))
      this.reject(spooled, spooled.next(), 'another handler put them into the spool')
    return this.#withRecords([spooled])
  }

  /** Takes one more chunk, to be sent beside others; `undefined` if there is none that may be. */
  takeBeside(sending: ReadonlySet<Chunk>): Chunk | undefined {
    this.#closeDue()
    if (this.#spill?.isInUse) return undefined
    return this.#withRecords(this.#queue.take(1, sending))[0]
  }

  /** Counts records as delivered. */
  settle(chunk: Chunk, part: Part): void {
    settle(this.#parts.account, 'countDelivered', chunk, part)
  }

  /** Drops records that no server takes. With a spool they are kept in a file. */
  reject(
    chunk: Chunk,
    part: Part,
    reason = 'the server refuses them, although it accepts other records',
  ): void {
    const { account, failures, store, describe } = this.#parts
    const path = store?.keepAside(() => describe(part))
    const dropped = settle(account, 'countDropped', chunk, part)
    failures.recordDrops(dropped, path === undefined ? reason : `${reason}; they are kept in ${path}`)
  }

  /** Puts a taken chunk back in its place: its remaining records are sent again. */
  putBack(chunk: Chunk): void {
    if (this.#spill?.settle(chunk)) return
    if (chunk.records === 0) this.#queue.release(chunk)
    else this.#queue.putBack(chunk)
    this.#makeRoom()
  }

  /**
   * A record that is sent instead of the chunk's next one: by turns from the chunk itself, ever further behind, and
   * from the chunks behind it.
   */
  async find(chunk: Chunk, candidate: number): Promise<Found | undefined> {
    const step = Math.floor(candidate / 2)
    const within = chunk.single(Math.min(2 ** step, chunk.records - 1) || chunk.records)
    const other = (await this.#spill?.second()) ?? this.#queue.peek(step) ?? this.#queue.first
    const behind = other && this.#parts.owns(other.stream) ? other.single(0) : undefined
    if (other && behind && (!within || candidate % 2 === 1)) return { chunk: other, part: behind }
    return within && { chunk, part: within }
  }

  /** Resolves when all records added so far are delivered, dropped or in the spool. Every call costs the same. */
  async settled(): Promise<void> {
    this.#encode()
    this.sendNow()
    this.#flushes++
    await this.#parts.account.settled()
    this.#flushes--
  }

  /** Moves records that a `flush()` waits for to the spool, because no server takes them now. */
  spoolAwaited(): void {
    if (this.#flushes > 0) void this.spoolAll()
  }

  /** Moves all that waits to the spool. */
  async spoolAll(): Promise<void> {
    this.#encode()
    await this.#spill?.moveAll()
    this.#wake() // a moved chunk may be the next to send
  }

  /** Moves all records to the spool, and drops those that do not fit. Synchronous, because the process may be ending. */
  end(reason: string): void {
    this.#encode()
    const { account, failures, store } = this.#parts
    const chunks = this.#queue.takeAll()
    if (this.#spill?.moveSync(chunks)) chunks.length = 0
    store?.spool.settle()
    let dropped = 0
    for (const chunk of chunks) {
      this.#queue.release(chunk)
      dropped += settle(account, 'countDropped', chunk)
    }
    failures.recordDrops(dropped, reason)
  }

  /** Whether nothing is left in memory. */
  get isEmpty(): boolean {
    return this.#intake.isEmpty && this.#queue.isEmpty
  }

  close(): void {
    clearTimeout(this.#interval)
    clearInterval(this.#adopting)
    this.#spill?.close()
  }

  get #isReady(): boolean {
    const hasChunks = this.#queue.first !== undefined || !this.#intake.isEmpty
    return (this.#isDue && hasChunks) || this.#queue.isReady || (this.#spill?.isReady ?? false)
  }

  /** Has all chunks sent that were due, full or not. */
  #closeDue(): void {
    if (this.#isDue) {
      this.#encode()
      this.#queue.closeChunks()
    }
    this.#isDue = false
  }

  /** Single records may have been taken out of a chunk before. */
  #withRecords(chunks: readonly Chunk[]): Chunk[] {
    for (const chunk of chunks) if (chunk.records === 0) this.putBack(chunk)
    return chunks.filter(({ records }) => records > 0)
  }

  async #adopt(): Promise<void> {
    await this.#spill?.adopt()
    this.#wake()
  }

  #encode(): void {
    if (this.#encoding) clearImmediate(this.#encoding)
    this.#encoding = undefined
    for (const record of this.#intake.takeAll()) this.#append(record)
    void this.#spill
      ?.relieve(() => this.#queue.bytes > this.#options.maxBufferBytes / 2)
      .then(() => this.#wake())
    if (this.#queue.isReady) this.#wake()
  }

  #append(record: Encodable): void {
    const pieces = record.encode()
    const bytes = pieces.reduce((sum, { length }) => sum + length, 0)
    const { maxBufferBytes } = this.#options
    if (bytes <= maxBufferBytes / 2) {
      this.#queue.append(record.stream, this.#receipt as Receipt, pieces)
      return this.#makeRoom()
    }
    this.#parts.account.countDropped(this.#receipt as Receipt)
    this.#parts.failures.recordDrops(1, `a record of ${bytes} bytes is too large for maxBufferBytes`)
  }

  #makeRoom(): void {
    const { account, failures } = this.#parts
    while (this.#queue.bytes > this.#options.maxBufferBytes) {
      const oldest = this.#queue.takeFrom(0)
      if (!oldest) return
      if (this.#spill?.save(oldest)) continue
      this.#queue.release(oldest)
      failures.recordDrops(
        settle(account, 'countDropped', oldest),
        failures.cause?.message ?? 'memory is full',
      )
    }
  }
}
