import { clearTimeout, setTimeout } from 'node:timers'
import { ActionLogError, type ActionLogErrorCode, messageOf } from '../errors.js'
import { createReporter, type OnError, type Reporter } from '../report.js'

const DROPS_MS = 1_000
const MAX_DIFFERENT = 20

/**
 * Reports a handler's failures and drops to its `onError`. A failure is reported at once, and again only after it ended, or
 * with another error. Drops are reported as a sum, a second after the first one. There is at most one report per second
 * and kind. `onError` may emit records itself.
 *
 * ```ts
 * const failures = new Failures('actionlog-handler-x', 'https://logs.test', () => handler.onError)
 * failures.recordFailure('cannot connect', error)  // actionlog-handler-x: cannot connect: ECONNREFUSED
 * failures.recordDrops(12)                         // actionlog-handler-x: 12 records not written to https://logs.test: ECONNREFUSED
 * failures.endFailures()
 * ```
 */
export class Failures {
  readonly #packageName: string
  readonly #sink: string
  readonly #reporter: Reporter
  /** By what failed, the newest last: its last error, and the messages that were reported since it began. */
  readonly #failing = new Map<string, { error: Error; readonly reported: Set<string> }>()
  /** Drops that are not reported yet, by reason. */
  readonly #drops = new Map<string, { records: number; cause: Error | undefined }>()
  #unnoted = 0
  #timer: NodeJS.Timeout | undefined

  /**
   * @param packageName begins every message
   * @param sink where the records go, as the messages name it
   * @param onError returns the handler's `onError`, which the action log sets after the handler is made
   */
  constructor(packageName: string, sink: string, onError: () => OnError | undefined) {
    this.#packageName = packageName
    this.#sink = sink
    this.#reporter = createReporter(onError)
  }

  /** Whether anything is failing now; with `what`, whether that is. */
  isFailing(what?: string): boolean {
    return what === undefined ? this.#failing.size > 0 : this.#failing.has(what)
  }

  /** The newest failure that has not ended. */
  get cause(): Error | undefined {
    return [...this.#failing.values()].at(-1)?.error
  }

  /** Reports a failure, unless the same one was reported since it began. @param what what failed, such as `cannot connect` */
  recordFailure(what: string, error: unknown): void {
    const reported = this.#failing.get(what)?.reported ?? new Set()
    const message = messageOf(error)
    this.#failing.delete(what)
    this.#failing.set(what, { error: error instanceof Error ? error : new Error(message), reported })
    if (reported.has(message) || reported.size === MAX_DIFFERENT) return
    reported.add(message)
    this.#report('handler_failed', `${what}: ${message}`, error)
  }

  /** Ends all failures; with `what`, only that one. Call it when something works again. */
  endFailures(what?: string): void {
    if (what === undefined) this.#failing.clear()
    else this.#failing.delete(what)
  }

  /** Reports within a second that records were dropped. @param reason by default the error of the newest failure */
  recordDrops(records: number, reason?: string): void {
    if (records <= 0) return
    this.#unnoted += records
    const { cause } = this
    const why = reason ?? (cause ? messageOf(cause) : 'the sink is too slow')
    const key = this.#drops.has(why) || this.#drops.size < MAX_DIFFERENT ? why : 'several reasons'
    const before = this.#drops.get(key)?.records ?? 0
    this.#drops.set(key, { records: before + records, cause })
    this.#timer ??= setTimeout(() => this.reportDrops(), DROPS_MS).unref()
  }

  /** Reports drops at once: before the handler closes, and at exit. */
  reportDrops(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const drops = [...this.#drops]
    this.#drops.clear() // first, as onError may emit
    for (const [why, { records, cause }] of drops) {
      const what = `${records} ${records === 1 ? 'record' : 'records'} not written to ${this.#sink}`
      this.#report('records_dropped', `${what}: ${why}`, cause)
    }
    this.#reporter.flush()
  }

  /** How many drops are not in the sink's own log yet. Write a record with this number once the sink works again. */
  get unnotedDrops(): number {
    return this.#unnoted
  }

  /** Call it after writing such a record, with the number in it. */
  noteDrops(records: number): void {
    this.#unnoted -= Math.min(records, this.#unnoted)
  }

  #report(code: ActionLogErrorCode, what: string, cause: unknown): void {
    this.#reporter.report(
      new ActionLogError(code, `${this.#packageName}: ${what}`, cause === undefined ? {} : { cause }),
    )
  }
}
