import { AsyncLocalStorage } from 'node:async_hooks'
import type { ActionLog } from './action-log.js'
import type { SqlAccount } from './sql-account.js'

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

interface Shared {
  readonly requests: AsyncLocalStorage<RequestContext>
  /** Every action log that is open, the one configured first in front. */
  readonly logs: Set<ActionLog>
  /** What `actionlog` means while none is open: one made from the environment, or the last that was closed. */
  fallback?: ActionLog
}

// Under a global symbol, so that two installed copies of this package still share one request.
const KEY = Symbol.for('@actionlog/core/v1')
const globals = globalThis as { [KEY]?: Shared }
globals[KEY] ??= { requests: new AsyncLocalStorage(), logs: new Set() }

/** What all copies of this package in the process share. */
export const shared: Shared = globals[KEY]

/** Runs `fn`, and all it awaits or starts, as part of the request. */
export function runInRequest<T>(request: RequestContext, fn: () => T): T {
  return shared.requests.run(request, fn)
}

/** The request this code runs in, if any. */
export function currentRequest(): RequestContext | undefined {
  return shared.requests.getStore()
}

/** The SQL account of the request this code runs in; `undefined` outside requests and once the record was written. */
export function currentSql(): SqlAccount | undefined {
  const request = shared.requests.getStore()
  return request && !request.closed ? request.sql : undefined
}
