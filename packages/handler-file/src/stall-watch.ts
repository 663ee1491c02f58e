const WATCH_MS = 100
const MAX_FAILING_MS = 2_000
const MAX_STALL_MS = 5_000

/** How long is waited for a file: until it has failed or stood still for too long. */
export class Patience {
  readonly #isFailing: () => boolean
  readonly #giveUp: () => void
  readonly #waiting = new Set<() => void>()
  #watch: NodeJS.Timeout | undefined
  #movedAt = 0

  /** @param giveUp called when it has come to an end while somebody waits */
  constructor(isFailing: () => boolean, giveUp: () => void) {
    this.#isFailing = isFailing
    this.#giveUp = giveUp
  }

  /** Somebody waits. */
  get isAsked(): boolean {
    return this.#waiting.size > 0
  }

  /** The file took something. */
  moved(): void {
    this.#movedAt = performance.now()
  }

  /** Resolves at this end or that of the patience, and keeps the process alive so long. */
  until(end: Promise<unknown>): Promise<void> {
    if (!this.isAsked) {
      this.moved()
      this.#watch = setInterval(() => this.#look(), WATCH_MS)
    }
    return new Promise((resolve) => {
      const leave = (): void => {
        if (this.#waiting.delete(leave) && !this.isAsked) clearInterval(this.#watch)
        resolve()
      }
      this.#waiting.add(leave)
      void end.then(leave)
    })
  }

  #look(): void {
    const most = this.#isFailing() ? MAX_FAILING_MS : MAX_STALL_MS
    if (performance.now() - this.#movedAt < most) return
    this.#giveUp()
    for (const leave of this.#waiting) leave()
  }
}
