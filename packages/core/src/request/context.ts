import { AsyncLocalStorage } from 'node:async_hooks'
import type { ActionLog } from '../action-log.js'
import type { SqlAccount, SqlOperation } from './sql-account.js'

/** A request under way: what its footprint will need of it. */
export interface RequestContext {
  /** The action log of the request's app. */
  readonly log: ActionLog
  /** `undefined` for a request that leaves no record (the setting `ignore`). */
  readonly requestId: string | undefined
  /** Arrival: milliseconds since the epoch. */
  readonly time: number
  /** Arrival: `performance.now()`, which no change of the clock moves. */
  readonly start: number
  readonly sql: SqlAccount
  /** What `actionlog.set()` added. */
  extra: Record<string, unknown> | undefined
  /** The record was written; nothing can be added any more. */
  closed: boolean
}

/** Where code runs: in a request, and there perhaps in an operation of an ORM. */
export interface Scope {
  readonly request: RequestContext
  /** What its statements are part of; `undefined` where that cannot be told. */
  operation: SqlOperation | undefined
}

interface Shared {
  readonly scopes: AsyncLocalStorage<Scope>
  /** Every action log that is open, the one configured first in front. */
  readonly logs: Set<ActionLog>
  /** What `actionlog` means while none is open: one made from the environment, or the last that was closed. */
  fallback?: ActionLog
  /** Told of each statement as it starts: the test kit's. */
  readonly watchers: Set<StatementWatcher>
}

/** Takes a statement's SQL, and the name of its operation where that is known. */
export type StatementWatcher = (sql: string, name: string | undefined) => void

// Under a global symbol, so that two installed copies of this package still share one request.
const KEY = Symbol.for('@actionlog/core/v1')
const globals = globalThis as { [KEY]?: Shared }
globals[KEY] ??= { scopes: new AsyncLocalStorage(), logs: new Set(), watchers: new Set() }

/** What all copies of this package in the process share. */
export const shared: Shared = globals[KEY]

/** Runs `fn`, and all it awaits or starts, as part of the request. */
export function runInRequest<T>(request: RequestContext, fn: () => T): T {
  return shared.scopes.run({ request, operation: undefined }, fn)
}

/** Runs `fn`, and all it awaits or starts, as an operation of a request. */
export function runInScope<T>(scope: Scope, fn: () => T): T {
  return shared.scopes.run(scope, fn)
}

/** The request this code runs in, if any. */
export function currentRequest(): RequestContext | undefined {
  return shared.scopes.getStore()?.request
}

/** The request and the operation this code runs in; `undefined` outside requests and once the record was written. */
export function currentScope(): Scope | undefined {
  const scope = shared.scopes.getStore()
  return scope && !scope.request.closed ? scope : undefined
}

/** The SQL account of the request this code runs in; `undefined` outside requests and once the record was written. */
export function currentSql(): SqlAccount | undefined {
  return currentScope()?.request.sql
}
