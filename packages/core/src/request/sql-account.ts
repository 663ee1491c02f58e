import { performance } from 'node:perf_hooks'
import { fingerprint } from './fingerprint.js'
import { statementWatchers } from './statement-watchers.js'

/** A statement under way: {@link SqlAccount.start} gives it, its {@link SqlStatement.end} books it. */
export interface SqlStatement {
  /** The statement's answer is there, or it failed. A second call, or one after the record was written, does nothing. */
  end(failed?: boolean): void
}

/** An operation of an ORM, such as `Post.findMany`, as often as one request runs it. */
export interface SqlOperation {
  readonly name: string
  /** How often it ran so far. */
  readonly calls: number
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
  #operations: Map<string, { name: string; calls: number }> | undefined
  #runs: Map<string, Repeated> | undefined

  /**
   * A statement is handed to the driver.
   * @param text its SQL, or a name such as `Post.findMany`; values in it are replaced before it is shown
   * @param operation what it is part of, where that is sure: named in its place
   */
  start(text: string, operation?: SqlOperation): SqlStatement {
    if (this.#closed) return IGNORED
    this.#count++
    if (statementWatchers.size > 0) for (const watch of statementWatchers) watch(text, operation?.name)
    return this.#begin(text, operation)
  }

  /** The request runs an operation of that name, once more: for {@link SqlAccount.start}. */
  operation(name: string): SqlOperation {
    this.#operations ??= new Map()
    const known = this.#operations.get(name)
    if (known) {
      known.calls++
      return known
    }
    const made = { name, calls: 1 }
    this.#operations.set(name, made)
    return made
  }

  /** Transaction control (BEGIN, COMMIT, SAVEPOINT) or waiting for a connection: its time counts, it is no statement. */
  startControl(): SqlStatement {
    return this.#closed ? IGNORED : this.#begin(undefined, undefined)
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

  #begin(text: string | undefined, operation: SqlOperation | undefined): SqlStatement {
    const run = { text, operation, startedAt: performance.now() }
    this.#running ??= new Set()
    if (this.#running.size === 0) this.#busySince = run.startedAt
    this.#running.add(run)
    return { end: (failed = false) => this.#end(run, performance.now(), failed) }
  }

  #end(run: Running, now: number, failed: boolean): void {
    if (!this.#running?.delete(run)) return
    if (this.#running.size === 0) this.#busy += now - this.#busySince
    if (run.text === undefined) return
    const { operation } = run
    const text = fingerprint(run.text)
    const time = now - run.startedAt
    if (failed) this.#errors++
    if (!this.#slowest || time > this.#slowest.time) this.#slowest = { text: operation?.name ?? text, time }
    this.#runs ??= new Map()
    const repeated = this.#runs.get(text)
    if (!repeated) this.#runs.set(text, { count: 1, operation })
    else {
      repeated.count++
      if (repeated.operation !== operation) repeated.operation = undefined
    }
  }

  #mostRepeated(): { text: string; count: number } | undefined {
    let most: readonly [text: string, Repeated] | undefined
    for (const run of this.#runs ?? []) if (run[1].count > (most?.[1].count ?? 1)) most = run
    if (!most) return undefined
    const [text, { count, operation }] = most
    // more often than the operation ran: it is repeated inside of it, as when a create has many children
    return { text: operation && count <= operation.calls ? operation.name : text, count }
  }
}

/** A statement in flight, or transaction control, which has no text. */
interface Running {
  readonly text: string | undefined
  readonly operation: SqlOperation | undefined
  readonly startedAt: number
}

/** How often a statement ran, and the one operation it was always part of. */
interface Repeated {
  count: number
  operation: SqlOperation | undefined
}

const IGNORED: SqlStatement = { end() {} }
