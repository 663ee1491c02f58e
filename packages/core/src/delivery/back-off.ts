import { setTimeout as sleep } from 'node:timers/promises'

/** How long to wait between attempts. */
export interface BackOffOptions {
  /** The first delay, in milliseconds. */
  readonly delayMs: number
  /** The longest delay, in milliseconds. */
  readonly maxDelayMs: number
  /** How many servers there are: each is tried once before the first delay. */
  readonly servers: number
}

/**
 * Delays the attempts after failures. The delay doubles at each failure, and has jitter.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export class BackOff {
  readonly #options: BackOffOptions
  #failures = 0
  #skipped = new AbortController()

  constructor(options: BackOffOptions) {
    this.#options = options
  }

  /** Whether the last attempt failed. */
  get isFailing(): boolean {
    return this.#failures > 0
  }

  recordFailure(): void {
    this.#failures++
  }

  reset(): void {
    this.#failures = 0
  }

  /** Resolves when the next attempt is due. */
  async wait(): Promise<void> {
    const { delayMs, maxDelayMs, servers } = this.#options
    const rounds = Math.floor(this.#failures / servers)
    if (rounds === 0) return
    const most = Math.min(maxDelayMs, delayMs * 2 ** (rounds - 1))
    const waitMs = most * (0.5 + Math.random() / 2)
    const leastMs = Math.min(waitMs, delayMs) // cannot be skipped: frequent calls of skip() would flood the server
    await sleep(leastMs, undefined, { ref: false })
    const { signal } = this.#skipped
    await sleep(waitMs - leastMs, undefined, { ref: false, signal }).catch(() => {})
    this.#skipped = new AbortController()
  }

  /** Shortens the current delay to the first one, or the next if there is none. */
  skip(): void {
    this.#skipped.abort()
  }
}
