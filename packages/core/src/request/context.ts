import { AsyncLocalStorage } from 'node:async_hooks'
import { performance } from 'node:perf_hooks' // the real one, also where a test replaces the global
import { slot } from '../shared.js'
import type { ReportingWriter } from '../writer.js'
import { Extra } from './extra.js'
import { SqlAccount, type SqlOperation, type SqlSummary } from './sql-account.js'

/** Where code runs: in a request, and there perhaps in an operation of an ORM. */
export interface Scope {
  readonly request: RequestContext
  /** What its statements are part of; `undefined` where that is not known. */
  operation: SqlOperation | undefined
}

/** Says whether the application has set the request's id itself. */
export interface IdSource {
  readonly ownId: string | undefined
}

/** What a running request collects for its footprint. Outside of an ORM's operations it is its own scope. */
export class RequestContext implements Scope {
  /** The action log of the request's app. */
  readonly log: ReportingWriter
  /** Arrival: milliseconds since the epoch. */
  readonly time: number = Date.now()
  /** Arrival: `performance.now()`, which no change of the clock moves. */
  readonly start: number = performance.now()
  readonly operation: undefined = undefined
  /** The record was written; nothing can be added any more. */
  closed: boolean
  /** Gives the app's own id until the id is settled. */
  idSource: IdSource | undefined = undefined
  #requestId: string | undefined
  #sql: SqlAccount | undefined
  #extra: Extra | undefined

  constructor(log: ReportingWriter, requestId: string | undefined) {
    this.log = log
    this.#requestId = requestId
    this.closed = requestId === undefined
  }

  get request(): RequestContext {
    return this
  }

  /** The id as it is now; `undefined` for a request that leaves no record (the setting `ignore`). */
  get requestId(): string | undefined {
    return this.idSource === undefined ? this.#requestId : (this.idSource.ownId ?? this.#requestId)
  }

  /** Fixes the id: to this one, or else to the one it had on arrival. */
  settleId(ownId: string | undefined): void {
    this.idSource = undefined
    if (ownId !== undefined) this.#requestId = ownId
  }

  /** Created for the first statement: most requests have none. */
  get sql(): SqlAccount {
    if (this.closed) return NO_MORE_SQL
    this.#sql ??= new SqlAccount()
    return this.#sql
  }

  /** The SQL summary of a request that ends at `now` (of `performance.now()`); `undefined` without statements. */
  closeSql(now: number): SqlSummary | undefined {
    return this.#sql?.close(now)
  }

  /** What `actionlog.set()` added. */
  get extra(): Record<string, unknown> | undefined {
    return this.#extra?.fields
  }

  /** Adds fields to `extra`. @returns how many of them did not fit */
  addExtra(fields: Record<string, unknown>): number {
    this.#extra ??= new Extra()
    return this.#extra.add(fields)
  }

  /** Ends the request and releases what it held: code that it started may run on for long. */
  close(): void {
    this.closed = true
    this.settleId(this.idSource?.ownId)
    this.#sql = undefined
    this.#extra = undefined
  }
}

const NO_MORE_SQL = new SqlAccount()
NO_MORE_SQL.close(0)

// All copies of this package share one AsyncLocalStorage, because only that finds its own stores.
const scopes = slot('scopes', () => new AsyncLocalStorage<Scope>())

/** Runs `fn`, and everything that it awaits or starts, as part of the request. */
export function runInRequest<T>(request: RequestContext, fn: () => T): T {
  return scopes.run(request, fn)
}

/** Makes the rest of the current callback, and everything that it awaits or starts, part of the request. */
export function enterRequest(request: RequestContext): void {
  scopes.enterWith(request)
}

/** Runs `fn`, and everything that it awaits or starts, as an operation of a request; without a scope, outside of requests. */
export function runInScope<T>(scope: Scope | undefined, fn: () => T): T {
  return scopes.run(scope as Scope, fn) // its store is what getStore() gives outside of any
}

/** The request this code runs in, if any. */
export function currentRequest(): RequestContext | undefined {
  return scopes.getStore()?.request
}

/** The request and the operation this code runs in; `undefined` outside requests and once the record was written. */
export function currentScope(): Scope | undefined {
  const scope = scopes.getStore()
  return scope && !scope.request.closed ? scope : undefined
}

/** The SQL account of the request this code runs in; `undefined` outside requests and once the record was written. */
export function currentSql(): SqlAccount | undefined {
  return currentScope()?.request.sql
}
