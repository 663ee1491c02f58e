import { performance } from 'node:perf_hooks' // the real one, also where a test replaces the global
import type { SqlDialect } from './fingerprint/dialect.js'
import { fingerprint } from './fingerprint.js'
import { statementWatchers } from './statement-watchers.js'

/** A statement in flight, transaction control, or a wait for a connection. */
export interface SqlStatement {
  /**
   * Ends it: its answer arrived, or it failed. Does nothing if it has ended already, or if the request's record was written.
   * @param failed default `false`
   */
  end(failed?: boolean): void
}

/** An operation of an ORM, such as `Post.findMany`, and how often the request ran it so far. */
export interface SqlOperation {
  readonly name: string
  readonly calls: number
}

/** The `sql_*` fields of a request's footprint. Times are milliseconds, not rounded. */
export interface SqlSummary {
  readonly count: number
  readonly time: number
  readonly errors: number
  readonly source: 'event' | 'operation' | undefined
  readonly slowest: { readonly text: string; readonly time: number } | undefined
  readonly repeated: { readonly text: string; readonly count: number } | undefined
}

/** Stands for a statement whose text is none. */
const UNKNOWN = 'unknown'

/** At most this many different statements of a request are compared, to find the most repeated one. */
const MAX_DIFFERENT = 1_000

/**
 * The SQL of one request. Its time is the union of the intervals in which at least one statement was in flight:
 * parallel statements are not counted twice, and it never exceeds the request's own time.
 */
export class SqlAccount {
  #running: Set<Running> | undefined
  #count = 0
  #errors = 0
  #busySince = 0
  #busy = 0
  #source: 'event' | 'operation' | undefined
  #slowest: Slowest | undefined
  #operations: Map<string, Operation> | undefined
  #runs: Map<string, Runs> | undefined
  #closed: SqlSummary | undefined

  /**
   * Starts a statement that is handed to the driver.
   * @param text its SQL, or a name such as `Post.findMany`; no value in it is ever shown
   * @param dialect whose SQL it is; where that is unknown, more is hidden
   * @param operation the operation that it certainly belongs to: the record shows its name in place of the SQL
   */
  start(text: string, dialect?: SqlDialect, operation?: SqlOperation): SqlStatement {
    if (this.#closed) return IGNORED
    this.#count++
    const sql = typeof text === 'string' ? text : UNKNOWN // a driver's event may have anything there
    if (statementWatchers.size > 0)
      for (const watch of statementWatchers) watch(sql, dialect, operation?.name)
    return this.#begin(sql, dialect, operation)
  }

  /** Counts one more operation of that name. Pass the result to {@link SqlAccount.start}. */
  operation(name: string): SqlOperation {
    this.#operations ??= new Map()
    let operation = this.#operations.get(name)
    if (!operation) {
      operation = new Operation(name)
      if (!this.#closed) this.#operations.set(name, operation)
    }
    operation.calls++
    return operation
  }

  /** Starts transaction control (BEGIN, COMMIT, SAVEPOINT) or a wait for a connection: only its time counts. */
  startControl(): SqlStatement {
    return this.#closed ? IGNORED : this.#begin(undefined, undefined, undefined)
  }

  /** Marks the count as an estimate, made from query events or from whole operations. */
  estimateFrom(source: 'event' | 'operation'): void {
    if (!this.#closed) this.#source = source
  }

  /** The summary at `now` (of `performance.now()`); statements in flight count up to then. */
  summary(now: number): SqlSummary {
    if (this.#closed) return this.#closed
    return {
      count: this.#count,
      time: this.#busy + (this.#running?.size ? now - this.#busySince : 0),
      errors: this.#errors,
      source: this.#source,
      slowest: this.#slowest,
      repeated: this.#mostRepeated(),
    }
  }

  /** The last summary: statements in flight end here, later ones do not count. Releases all statements. */
  close(now: number): SqlSummary {
    if (this.#closed) return this.#closed
    for (const run of this.#running ?? []) run.endAt(now, false)
    const summary = this.summary(now)
    this.#closed = summary
    this.#running = this.#operations = this.#runs = this.#slowest = undefined
    return summary
  }

  #begin(
    text: string | undefined,
    dialect: SqlDialect | undefined,
    operation: SqlOperation | undefined,
  ): Running {
    const run = new Running(this, text, dialect, operation)
    this.#running ??= new Set()
    if (this.#running.size === 0) this.#busySince = run.startedAt
    this.#running.add(run)
    return run
  }

  /** For {@link Running}: counts what ends, once. */
  endRun(run: Running, now: number, failed: boolean): void {
    if (!this.#running?.delete(run)) return
    if (this.#running.size === 0) this.#busy += now - this.#busySince
    const { text, operation } = run
    if (text === undefined) return
    if (failed) this.#errors++
    const shown = fingerprint(text, run.dialect)
    const time = now - run.startedAt
    if (!this.#slowest || time > this.#slowest.time)
      this.#slowest = new Slowest(operation?.name ?? shown, time)
    this.#runs ??= new Map()
    const runs = this.#runs.get(shown)
    if (runs) runs.add(operation)
    else if (this.#runs.size < MAX_DIFFERENT) this.#runs.set(shown, new Runs(operation))
  }

  #mostRepeated(): { text: string; count: number } | undefined {
    let most: readonly [text: string, Runs] | undefined
    for (const entry of this.#runs ?? []) if (entry[1].count > (most?.[1].count ?? 1)) most = entry
    if (!most) return undefined
    const [text, { count, operation }] = most
    // more often than the operation ran: it is repeated inside of it, as when a create has many children
    return { text: operation && count <= operation.calls ? operation.name : text, count }
  }
}

// Classes, as V8 makes object literals that outlive a young collection in old space, where each costs more.

/** A statement in flight, or transaction control, which has no text. */
class Running implements SqlStatement {
  readonly startedAt: number = performance.now()
  readonly dialect: SqlDialect | undefined
  text: string | undefined
  operation: SqlOperation | undefined
  #account: SqlAccount | undefined

  constructor(
    account: SqlAccount,
    text: string | undefined,
    dialect: SqlDialect | undefined,
    operation: SqlOperation | undefined,
  ) {
    this.#account = account
    this.text = text
    this.dialect = dialect
    this.operation = operation
  }

  end(failed = false): void {
    if (this.#account) this.endAt(performance.now(), failed)
  }

  /** Releases what it holds: somebody may keep it long after its end. */
  endAt(now: number, failed: boolean): void {
    this.#account?.endRun(this, now, failed)
    this.#account = this.text = this.operation = undefined
  }
}

class Operation implements SqlOperation {
  readonly name: string
  calls = 0

  constructor(name: string) {
    this.name = name
  }
}

class Slowest {
  readonly text: string
  readonly time: number

  constructor(text: string, time: number) {
    this.text = text
    this.time = time
  }
}

/** How often a statement ran, and the one operation it was always part of. */
class Runs {
  count = 1
  operation: SqlOperation | undefined

  constructor(operation: SqlOperation | undefined) {
    this.operation = operation
  }

  add(operation: SqlOperation | undefined): void {
    this.count++
    if (this.operation !== operation) this.operation = undefined
  }
}

const IGNORED: SqlStatement = { end() {} }
