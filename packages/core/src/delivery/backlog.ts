import { clearImmediate, clearTimeout, setImmediate, setTimeout } from 'node:timers'
import type { Receipt } from '../handler/account.js'
import type { BacklogOptions, BacklogParts } from './backlog-options.js'
import type { Chunk } from './chunk.js'
import { type Encodable, Intake } from './intake.js'
import { Outcomes } from './outcomes.js'
import { ChunkQueue } from './queue.js'
import { Refill } from './refill.js'
import { Spill } from './spill.js'

const CHUNKS_IN_BUFFER = 8
const MAX_READ_BEHIND = 16

/**
 * All records that are not delivered yet, in memory and in the spool, as one ordered source. When memory is full, the
 * oldest chunk goes to the spool. Without a spool, or if the disk fails, it is dropped. A chunk that is being sent is
 * never dropped.
 */
export class Backlog {
  /** Ends records of taken chunks. */
  readonly outcomes: Outcomes
  readonly #options: BacklogOptions
  readonly #parts: BacklogParts
  readonly #queue: ChunkQueue
  readonly #spill: Spill | undefined
  readonly #refill: Refill | undefined
  readonly #intake = new Intake()
  /** The receipt of the newest records, encoded or not. */
  #receipt: Receipt | undefined
  #encoding: NodeJS.Immediate | undefined
  /** One timer for all intervals. */
  #timer: NodeJS.Timeout | undefined
  #isTiming = false
  #isDue = false
  #flushes = 0
  #wake = (): void => {}

  constructor(options: BacklogOptions, parts: BacklogParts) {
    this.#options = options
    this.#parts = parts
    this.outcomes = new Outcomes(parts)
    const { maxBatchRecords: records, maxBatchBytes, maxBufferBytes } = options
    const bytes = Math.min(maxBatchBytes, maxBufferBytes / CHUNKS_IN_BUFFER)
    this.#queue = new ChunkQueue({ records, bytes })
    const { store } = parts
    if (!store) return
    const common = { ...parts, store, outcomes: this.outcomes }
    this.#spill = new Spill({ ...common, queue: this.#queue })
    this.#refill = new Refill({ ...common, maxBytes: bytes })
  }

  /** Takes over what ended processes have left in the spool, now and later. */
  open(): void {
    this.#refill?.open(() => this.#wake())
  }

  /** Adds a record, which may wait for others. */
  add(record: Encodable): void {
    this.#receipt = this.#parts.account.countEmitted()
    const due = this.#intake.add(record)
    if (due === 'now') this.#encode()
    else if (due === 'soon') this.#encoding ??= setImmediate(() => this.#encode())
    if (!this.#isTiming) this.#startInterval()
  }

  /** Makes all records due now, also those that could wait for others. */
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

  /** Takes the oldest chunks that may be sent together, at most `most`. The caller puts each of them back. */
  async take(most: number): Promise<Chunk[]> {
    this.#closeDue()
    await this.#refill?.adopted()
    const spooled = (await this.#spill?.hasOldest()) ? await this.#refill?.take(most) : undefined
    return this.#withRecords(spooled?.length ? spooled : this.#queue.take(most))
  }

  /** Takes one more chunk, to be sent beside others. Returns `undefined` if none may be. */
  takeBeside(sending: ReadonlySet<Chunk>): Chunk | undefined {
    this.#closeDue()
    if (this.#spill?.isInUse) return undefined
    return this.#withRecords(this.#queue.take(1, sending))[0]
  }

  /** Puts a taken chunk back in its place. Its remaining records are sent again. */
  putBack(chunk: Chunk): void {
    if (this.#refill?.putBack(chunk)) return
    if (chunk.records === 0) this.#queue.recycle(chunk)
    else this.#queue.putBack(chunk)
    this.#makeRoom()
  }

  /** Returns a chunk about so many places behind the one that was taken, or `undefined` if there is no other. */
  async behind(places: number): Promise<Chunk | undefined> {
    const spooled = places < MAX_READ_BEHIND ? await this.#refill?.peek(1 + places) : undefined
    return spooled ?? this.#queue.peek(places) ?? this.#queue.first
  }

  /** Resolves when all records added so far are delivered, dropped or in the spool. A call costs the same, however many wait. */
  async settled(): Promise<void> {
    this.#encode()
    this.sendNow()
    this.#flushes++
    await this.#parts.account.settled()
    this.#flushes--
  }

  /** Moves the records that a `flush()` waits for to the spool, because no server takes them now. */
  spoolAwaited(): void {
    if (this.#flushes > 0) void this.spoolAll()
  }

  /** Moves all waiting records to the spool. */
  async spoolAll(): Promise<void> {
    this.#encode()
    await this.#spill?.moveAll()
    this.#wake() // a moved chunk may be the next to send
  }

  /** Moves all records to the spool. Drops those that cannot be moved. Synchronous, because the process may be ending. */
  end(reason: string): void {
    this.#encode()
    const chunks = this.#queue.takeAll()
    if (this.#spill?.moveSync(chunks)) chunks.length = 0
    this.#parts.store?.spool.settle()
    for (const chunk of chunks) this.#queue.release(chunk)
    this.outcomes.drop(chunks, reason)
  }

  /** Whether nothing is left in memory. */
  get isEmpty(): boolean {
    return this.#intake.isEmpty && this.#queue.isEmpty
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#refill?.close()
    this.#parts.store?.spool.close()
  }

  #startInterval(): void {
    this.#isTiming = true
    if (this.#timer) this.#timer.refresh()
    else this.#timer = setTimeout(() => this.#endInterval(), this.#options.flushIntervalMs).unref()
  }

  #endInterval(): void {
    this.#isTiming = false
    this.sendNow()
  }

  get #isReady(): boolean {
    const hasChunks = this.#queue.first !== undefined || !this.#intake.isEmpty
    return (this.#isDue && hasChunks) || this.#queue.isReady || (this.#refill?.isReady ?? false)
  }

  /** Closes all chunks if they are due, so that they are sent even if they are not full. */
  #closeDue(): void {
    if (!this.#isDue) return
    this.#isDue = false
    this.#encode()
    this.#queue.closeChunks()
  }

  /** Removes chunks without records. The search for a refused record may have taken them out. */
  #withRecords(chunks: readonly Chunk[]): Chunk[] {
    for (const chunk of chunks) if (chunk.records === 0) this.putBack(chunk)
    return chunks.filter(({ records }) => records > 0)
  }

  #encode(): void {
    if (this.#encoding) clearImmediate(this.#encoding)
    this.#encoding = undefined
    for (const record of this.#intake.takeAll()) this.#append(record)
    const isCrowded = (): boolean => this.#queue.bytes > this.#options.maxBufferBytes / 2
    void this.#spill?.relieve(isCrowded).then(() => this.#wake())
    if (this.#queue.isReady) this.#wake()
  }

  #append(record: Encodable): void {
    const pieces = record.encode()
    let bytes = 0
    for (const { length } of pieces) bytes += length
    if (bytes <= this.#options.maxBufferBytes / 2) {
      this.#queue.append(record.stream, this.#receipt as Receipt, pieces, bytes)
      return this.#makeRoom()
    }
    this.#parts.account.countDropped(this.#receipt as Receipt)
    this.#parts.failures.recordDrops(1, `a record of ${bytes} bytes is too large for maxBufferBytes`)
  }

  #makeRoom(): void {
    while (this.#queue.bytes > this.#options.maxBufferBytes) {
      const oldest = this.#queue.takeFrom(0)
      if (!oldest) return
      if (this.#spill?.save(oldest)) continue
      this.#queue.release(oldest)
      this.outcomes.drop([oldest], this.#parts.failures.cause?.message ?? 'memory is full')
    }
  }
}
