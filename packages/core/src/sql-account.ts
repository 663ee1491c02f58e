import { fingerprint } from './fingerprint.js'

/** A statement under way: {@link SqlAccount.start} gives it, its {@link SqlStatement.end} books it. */
export interface SqlStatement {
  /** The statement's answer is there, or it failed. A second call, or one after the record was written, does nothing. */
  end(failed?: boolean): void
}

/** What an account says of its request, see the footprint's `sql_*` fields. Times in milliseconds, unrounded. */
export interface SqlSummary {
  readonly count: number
  readonly time: number
  readonly errors: number
  readonly source: 'event' | 'operation' | undefined
  readonly slowest: { readonly text: string; readonly time: number } | undefined
  readonly repeated: { readonly text: string; readonly count: number } | undefined
}

/**
 * The SQL of one request. Its time is the union of the intervals in which at least one statement was in
 * flight, so parallel statements are not counted twice and it never exceeds the request's own time.
 */
export class SqlAccount {
  #running: Set<Running> | undefined
  #count = 0
  #errors = 0
  #busySince = 0
  #busy = 0
  #closed = false
  #source: 'event' | 'operation' | undefined
  #slowest: { text: string; time: number } | undefined
  #runs: Map<string, number> | undefined

  /**
   * A statement is handed to the driver.
   * @param text its SQL, or a name such as `Post.findMany`; values in it are replaced before it is shown
   */
  start(text: string): SqlStatement {
    if (this.#closed) return IGNORED
    this.#count++
    return this.#begin(text)
  }

  /** Transaction control (BEGIN, COMMIT, SAVEPOINT) or waiting for a connection: its time counts, it is no statement. */
  startControl(): SqlStatement {
    return this.#closed ? IGNORED : this.#begin(undefined)
  }

  /** From now on the count is an estimate, made from query events or from whole operations. */
  estimatedFrom(source: 'event' | 'operation'): void {
    if (!this.#closed) this.#source = source
  }

  /** What the account says at `now` (of `performance.now()`); the time of what is in flight counts up to here. */
  summary(now: number): SqlSummary {
    return {
      count: this.#count,
      time: this.#busy + (this.#running?.size ? now - this.#busySince : 0),
      errors: this.#errors,
      source: this.#source,
      slowest: this.#slowest,
      repeated: this.#mostRepeated(),
    }
  }

  /** Its last summary: what is in flight ends here, what comes later does not count. */
  close(now: number): SqlSummary {
    this.#closed = true
    for (const run of this.#running ?? []) this.#end(run, now, false)
    return this.summary(now)
  }

  #begin(text: string | undefined): SqlStatement {
    const run = { text, startedAt: performance.now() }
    this.#running ??= new Set()
    if (this.#running.size === 0) this.#busySince = run.startedAt
    this.#running.add(run)
    return { end: (failed = false) => this.#end(run, performance.now(), failed) }
  }

  #end(run: Running, now: number, failed: boolean): void {
    if (!this.#running?.delete(run)) return
    if (this.#running.size === 0) this.#busy += now - this.#busySince
    if (run.text === undefined) return
    const text = fingerprint(run.text)
    const time = now - run.startedAt
    if (failed) this.#errors++
    if (!this.#slowest || time > this.#slowest.time) this.#slowest = { text, time }
    this.#runs ??= new Map()
    this.#runs.set(text, (this.#runs.get(text) ?? 0) + 1)
  }

  #mostRepeated(): { text: string; count: number } | undefined {
    let most: { text: string; count: number } | undefined
    for (const [text, count] of this.#runs ?? []) if (count > (most?.count ?? 1)) most = { text, count }
    return most
  }
}

/** A statement in flight, or transaction control, which has no text. */
interface Running {
  readonly text: string | undefined
  readonly startedAt: number
}

const IGNORED: SqlStatement = { end() {} }
