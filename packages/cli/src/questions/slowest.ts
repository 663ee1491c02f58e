import type { Store } from '../store/store.js'
import type { RequestRow } from './request-row.js'
import type { Scope } from './scope.js'

export interface SlowestOptions {
  /** Default: 20. */
  limit?: number
  /** At most this many of each view. Default: no limit. */
  perView?: number
}

export interface RequestList {
  /** Requests in the scope. */
  requests: number
  rows: readonly RequestRow[]
}

/** Answers: which requests took longest? Long-lived responses are left out. */
export async function slowest(
  _store: Store,
  _scope: Scope,
  _options: SlowestOptions = {},
  _signal?: AbortSignal,
): Promise<RequestList> {
  throw new Error('slowest is not built yet')
}
