import type { Failures } from '../handler/failures.js'
import { BackOff, type BackOffOptions } from './back-off.js'
import type { Backlog } from './backlog.js'
import type { Chunk } from './chunk.js'
import { ConnectionClosedError, type Link, NoAnswerError, type Sink } from './link.js'
import { newSuspect, SuspectSearch } from './suspect.js'

const MAX_CHUNKS = 64
const MAX_LOSSES = 3

/** Sends the backlog, oldest first, again and again until a server has acknowledged it. */
export class Delivery {
  readonly #backlog: Backlog
  readonly #sink: Sink
  readonly #failures: Failures
  readonly #backOff: BackOff
  readonly #search: SuspectSearch
  /** Servers whose failure was reported. */
  readonly #failing = new Set<string>()
  /** Chunks sent at once: fewer where a server closes connections after some. */
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

  /** Delivers until it is closed. Without work no connection is opened. */
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

  /** Tries again now, instead of later. */
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
    try {
      const [first] = chunks
      if (first?.suspect) {
        if (await this.#search.send(first, first.suspect, link)) this.#sink.disconnect()
        else this.#recordSuccess()
      } else if (first) await this.#sendAll(chunks, link)
    } finally {
      for (const chunk of chunks) this.#backlog.putBack(chunk)
    }
  }

  /** Sends all chunks at once: the acknowledgements come in any order. */
  async #sendAll(chunks: readonly Chunk[], link: Link): Promise<void> {
    const sent = await Promise.allSettled(
      chunks.map(async (chunk) => {
        const part = chunk.next()
        await link.send(part)
        this.#backlog.settle(chunk, part)
        chunk.losses = 0
        this.#recordSuccess()
      }),
    )
    const failed = sent.find((result) => result.status === 'rejected')
    const arrived = sent.filter(({ status }) => status === 'fulfilled').length
    this.#window = failed ? Math.max(1, arrived) : Math.min(MAX_CHUNKS, 2 * this.#window)
    if (!failed) return
    const isSilent = failed.reason instanceof NoAnswerError
    for (const chunk of chunks) if (chunk.records > 0) recordLoss(chunk, isSilent, arrived > 0)
    throw failed.reason
  }

  #recordSuccess(): void {
    this.#backOff.reset()
    for (const address of this.#failing) this.#failures.endFailures(address)
    this.#failing.clear()
  }

  /** A server that closes the connection after it took something has not failed: it may do so after each message. */
  #recordFailure(error: unknown, link: Link | undefined): void {
    const { address } = this.#sink
    this.#sink.disconnect()
    if (this.#closed || (link?.hasWorked && error instanceof ConnectionClosedError)) return
    this.#failing.add(address)
    this.#failures.recordFailure(address, error)
    if (this.#backOff.isFailing) this.#sink.useNext() // one that has just worked may only have been restarted
    this.#backOff.recordFailure()
    this.#backlog.spoolAwaited()
  }
}

function recordLoss(chunk: Chunk, isSilent: boolean, tookOthers: boolean): void {
  if (!tookOthers) chunk.losses++
  if (isSilent || chunk.losses >= MAX_LOSSES) chunk.suspect = newSuspect(isSilent)
}
