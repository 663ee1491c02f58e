import type { ChunkQueue } from './chunk-queue.js'
import { type Chunk, Part } from './message/chunk.js'
import { AckTimeout, type Connection } from './server/connection.js'
import type { Hosts } from './server/hosts.js'
import type { Spooling } from './spooling.js'
import type { Trouble } from './trouble.js'

const CHUNKS_AT_ONCE = 64
const MAX_LOSSES = 3
const MAX_REFUSALS = 3
const SILENT_PROBES = 3

/** How chunks are sent. */
export interface DeliverySettings {
  readonly tagName: string
  readonly compress: boolean
}

/** What a delivery works with. */
export interface DeliveryParts {
  readonly queue: ChunkQueue
  readonly hosts: Hosts
  readonly spooling: Spooling | undefined
  readonly trouble: Trouble
}

/** Sends the chunks, the spool's first, again and again until the server has acknowledged them. */
export class Delivery {
  readonly #settings: DeliverySettings
  readonly #parts: DeliveryParts
  #wake: (() => void) | undefined
  #isDue = false
  /** Probes in a row that no server acknowledged in time. */
  #silentProbes = 0

  constructor(settings: DeliverySettings, parts: DeliveryParts) {
    this.#settings = settings
    this.#parts = parts
    void this.#run()
  }

  /** Sends what is there now, chunks that are not full too. */
  go(): void {
    this.#isDue = true
    this.#wake?.()
  }

  async #run(): Promise<void> {
    for (;;) {
      await this.#work()
      const connection = await this.#parts.hosts.connection()
      if (!connection) return
      const chunks = await this.#next()
      if (chunks.length > 0) await this.#deliver(chunks, connection)
    }
  }

  /** Resolves once there is something to send: a connection without use is not opened. */
  async #work(): Promise<void> {
    const { queue, spooling } = this.#parts
    while (!(this.#isDue && !queue.isEmpty) && !queue.isReady && !spooling?.isReady)
      await new Promise<void>((wake) => {
        this.#wake = wake
      })
  }

  async #next(): Promise<Chunk[]> {
    const { queue, spooling } = this.#parts
    if (this.#isDue) queue.close()
    this.#isDue = false
    const spooled = await spooling?.next()
    return spooled ? [spooled] : queue.take(CHUNKS_AT_ONCE)
  }

  async #deliver(chunks: readonly Chunk[], connection: Connection): Promise<void> {
    const { hosts, queue, spooling } = this.#parts
    try {
      const [first] = chunks as [Chunk]
      await (first.suspect ? this.#sendSuspect(first, connection) : this.#sendAll(chunks, connection))
    } catch (error) {
      const isSilent = error instanceof AckTimeout
      const tookSome = chunks.some(({ records }) => records === 0)
      if (isSilent || !tookSome) for (const chunk of chunks) this.#suspect(chunk, isSilent)
      hosts.lost(error as Error)
    }
    for (const chunk of chunks) {
      if (spooling?.settle(chunk)) continue
      if (chunk.records === 0) queue.release(chunk)
      else queue.putBack([chunk])
    }
  }

  /** All of them at once: the acks come in any order. */
  async #sendAll(chunks: readonly Chunk[], connection: Connection): Promise<void> {
    const messages = await Promise.all(chunks.map((chunk) => this.#message(chunk.next())))
    const sent = await Promise.allSettled(
      messages.map(async ({ part, pieces }, i) => {
        await connection.send(part.id, pieces)
        this.#settled(chunks[i] as Chunk, part, 'delivered')
      }),
    )
    for (const result of sent) if (result.status === 'rejected') throw result.reason
  }

  /**
   * Between two probes. If the first is not acknowledged the server is stalled: nothing was doubled; one that
   * closes connections is not asked, for it may do so after each message. If the last is, and the chunk is not,
   * the server has refused it, for it answers in order.
   */
  async #sendSuspect(chunk: Chunk, connection: Connection): Promise<void> {
    if (this.#silentProbes >= SILENT_PROBES)
      this.#silentProbes = 0 // it may be one that does not answer probes
    else if (chunk.unanswered) await this.#probe(connection)
    const { part, pieces } = await this.#message(chunk.next())
    const outcome = await Promise.race([
      connection.send(part.id, pieces).then(() => 'delivered' as const),
      this.#probe(connection).then(() => 'refused' as const),
    ])
    if (outcome === 'delivered') return this.#settled(chunk, part, outcome)
    if (part.records > 1) return chunk.halve(part)
    if (++chunk.refusals < MAX_REFUSALS) return
    this.#parts.trouble.dropped(1, 'the server acknowledges others, but not this one')
    this.#settled(chunk, part, 'dropped')
  }

  async #probe(connection: Connection): Promise<void> {
    const { part, pieces } = await this.#message(new Part(this.#settings.tagName))
    try {
      await connection.send(part.id, pieces)
      this.#silentProbes = 0
    } catch (error) {
      if (error instanceof AckTimeout) this.#silentProbes++
      throw error
    }
  }

  async #message(part: Part): Promise<{ part: Part; pieces: Uint8Array[] }> {
    return { part, pieces: await part.pieces(this.#settings.compress) }
  }

  #settled(chunk: Chunk, part: Part, outcome: 'delivered' | 'dropped'): void {
    const { hosts, queue, trouble } = this.#parts
    chunk.advance(part)
    queue.count(outcome, part.records)
    if (outcome === 'dropped') return
    hosts.worked()
    trouble.over()
  }

  #suspect(chunk: Chunk, isSilent: boolean): void {
    if (chunk.suspect && !isSilent) chunk.halve(chunk.next())
    chunk.unanswered = isSilent
    chunk.losses++
    chunk.suspect ||= isSilent || chunk.losses >= MAX_LOSSES
  }
}
