import { clearInterval, setInterval } from 'node:timers'
import type { LogFile } from './file/log-file.js'

const LOOK_MS = 100
const MAX_FAILING_MS = 2_000
const MAX_STALL_MS = 5_000

interface Wait {
  readonly until: number
  readonly end: (isDone: boolean) => void
}

/** Ends waiting for a file that stalls: if nothing was written for 5 s, or if writes have failed for 2 s. */
export class StallWatch {
  readonly #file: LogFile
  readonly #waits = new Set<Wait>()
  #timer: NodeJS.Timeout | undefined
  #movedAt = 0

  constructor(file: LogFile) {
    this.#file = file
  }

  /** Whether somebody waits for the file. */
  get isAsked(): boolean {
    return this.#waits.size > 0
  }

  get isStalled(): boolean {
    return performance.now() - this.#movedAt >= (this.#file.writeFailure ? MAX_FAILING_MS : MAX_STALL_MS)
  }

  /** Starts the time anew, because something was written or a wait begins. */
  restart(): void {
    this.#movedAt = performance.now()
  }

  /**
   * Waits for `end`, and keeps the process alive meanwhile.
   * @param until when to stop waiting, a time of `performance.now()`
   * @returns whether `end` resolved before the file stalled and before `until`
   */
  wait(end: Promise<unknown>, until: number = Number.POSITIVE_INFINITY): Promise<boolean> {
    if (!this.isAsked) {
      this.restart()
      this.#timer = setInterval(() => this.#look(), LOOK_MS)
    }
    return new Promise((resolve) => {
      const wait = {
        until,
        end: (isDone: boolean): void => {
          if (this.#waits.delete(wait) && !this.isAsked) clearInterval(this.#timer)
          resolve(isDone)
        },
      }
      this.#waits.add(wait)
      void end.then(() => wait.end(true))
    })
  }

  #look(): void {
    const now = performance.now()
    for (const { until, end } of this.#waits) if (this.isStalled || now >= until) end(false)
  }
}
