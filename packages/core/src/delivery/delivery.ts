import type { Failures } from '../handler/failures.js'
import { BackOff, type BackOffOptions } from './back-off.js'
import type { Backlog } from './backlog.js'
import type { Chunk } from './chunk.js'
import { ConnectionClosedError, type Link, NoAnswerError, type Sink } from './link.js'
import { newSuspect, SuspectSearch } from './suspect.js'

const MAX_CHUNKS = 64
const MAX_MORE = 1_024 // then the server to use is chosen anew
const MAX_LOSSES = 3

/** Sends the records of a backlog, the oldest first, until a server has acknowledged them. */
export class Delivery {
  readonly #backlog: Backlog
  readonly #sink: Sink
  readonly #failures: Failures
  readonly #backOff: BackOff
  readonly #search: SuspectSearch
  /** Servers whose failure was reported. */
  readonly #failing = new Set<string>()
  /** How many chunks are sent at once: fewer if the server closes connections after some. */
  #window = MAX_CHUNKS
  #closed = false

  constructor(backlog: Backlog, sink: Sink, failures: Failures, backOff: BackOffOptions) {
    this.#backlog = backlog
    this.#sink = sink
    this.#failures = failures
    this.#backOff = new BackOff(backOff)
    this.#search = new SuspectSearch(backlog)
  }

  /** Whether the last attempt to deliver something failed. */
  get isFailing(): boolean {
    return this.#backOff.isFailing
  }

  /** Delivers until it is closed. Opens a connection only when there is something to send. */
  async run(): Promise<void> {
    while (!this.#closed) {
      await this.#backlog.ready()
      await this.#backOff.wait()
      if (this.#closed) return
      let link: Link | undefined
      try {
        link = await this.#sink.connect()
        if (!this.#closed) await this.#sendNext(link)
      } catch (error) {
        this.#recordFailure(error, link)
      }
    }
  }

  /** Ends the current delay, so that a failed connection is tried again now. */
  retryNow(): void {
    this.#backOff.skip()
  }

  close(): void {
    this.#closed = true
    this.#backOff.skip()
    this.#sink.close()
  }

  async #sendNext(link: Link): Promise<void> {
    const chunks = await this.#backlog.take(this.#window)
    const [first] = chunks
    if (!first?.suspect) return this.#sendAll(chunks, link)
    try {
      if (await this.#search.send(first, first.suspect, link)) this.#sink.disconnect()
      else this.#recordSuccess()
    } finally {
      this.#backlog.putBack(first)
    }
  }

  /**
   * Sends the chunks at once, and the next ones as soon as some are acknowledged, in any order: a server may hold
   * acknowledgements back until it gets more (Nagle's algorithm).
   */
  async #sendAll(chunks: readonly Chunk[], link: Link): Promise<void> {
    const sending = new Set(chunks)
    const failures: unknown[] = []
    let arrived = 0
    let more = this.#window === MAX_CHUNKS ? MAX_MORE : 0 // none for a server that closes connections
    const sendInTurn = async (chunk: Chunk): Promise<void> => {
      for (let next: Chunk | undefined = chunk; next; ) {
        await this.#send(next, link)
        arrived++
        sending.delete(next)
        this.#backlog.putBack(next)
        const goesOn: boolean = failures.length === 0 && !this.#closed && more-- > 0
        next = goesOn ? this.#backlog.takeBeside(sending) : undefined
        if (next) sending.add(next)
      }
    }
    await Promise.all(chunks.map((chunk) => sendInTurn(chunk).catch((error) => failures.push(error))))
    const isLost = failures.length > 0
    this.#window = isLost
      ? Math.max(1, Math.min(MAX_CHUNKS, arrived))
      : Math.min(MAX_CHUNKS, 2 * this.#window)
    for (const chunk of sending) {
      recordLoss(chunk, failures[0] instanceof NoAnswerError, arrived > 0)
      this.#backlog.putBack(chunk)
    }
    if (isLost) throw failures[0]
  }

  async #send(chunk: Chunk, link: Link): Promise<void> {
    const part = chunk.next()
    await link.send(part)
    this.#backlog.outcomes.recordDelivered(chunk, part)
    chunk.losses = 0
    this.#recordSuccess()
  }

  #recordSuccess(): void {
    this.#backOff.reset()
    for (const address of this.#failing) this.#failures.endFailures(address)
    this.#failing.clear()
  }

  /** A server that closes the connection after it acknowledged something has not failed: some do so after each message. */
  #recordFailure(error: unknown, link: Link | undefined): void {
    const { address } = this.#sink
    this.#sink.disconnect()
    if (this.#closed || (link?.hasWorked && error instanceof ConnectionClosedError)) return
    this.#failing.add(address)
    this.#failures.recordFailure(address, error)
    if (this.#backOff.isFailing) this.#sink.useNext() // at the second failure: a server may only have been restarted
    this.#backOff.recordFailure()
    this.#backlog.spoolAwaited()
  }
}

function recordLoss(chunk: Chunk, isSilent: boolean, tookOthers: boolean): void {
  if (!tookOthers) chunk.losses++
  if (isSilent || chunk.losses >= MAX_LOSSES) chunk.suspect = newSuspect(isSilent)
}
