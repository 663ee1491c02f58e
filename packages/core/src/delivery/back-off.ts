import { setTimeout as sleep } from 'node:timers/promises'

export interface BackOffOptions {
  readonly delayMs: number
  readonly maxDelayMs: number
  /** How many servers there are: each is tried once before the first delay. */
  readonly servers: number
}

/**
 * Delays between failed attempts: doubled at each failure, with jitter.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export class BackOff {
  readonly #options: BackOffOptions
  #failures = 0
  #wait = new AbortController()

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
    const { signal } = this.#wait
    await sleep(most * (0.5 + Math.random() / 2), undefined, { ref: false, signal }).catch(() => {})
    this.#wait = new AbortController()
  }

  /** Ends the current delay, or the next one if there is none. */
  skip(): void {
    this.#wait.abort()
  }
}
