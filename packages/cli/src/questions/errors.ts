import type { Store } from '../store/store.js'
import type { Scope } from './scope.js'

export interface ErrorsOptions {
  /** Default: all. */
  limit?: number
  /** A group is new if the store has none before this time. Default: the scope's `from`. */
  newSince?: number
}

/** Requests that failed in the same way: by exception, view and status. */
export interface ErrorGroup {
  /** Null for a 5xx without an exception. */
  ex_type: string | null
  view_name: string
  status_code: number | null
  requests: number
  users: number
  first: number | null
  last: number | null
  /** Null where nothing says since when. */
  is_new: boolean | null
  /** The message, request_id and id of the last one. */
  ex_message: string | null
  request_id: string | null
  id: number
}

export interface Errors {
  /** Requests in the scope. */
  requests: number
  /** Those with status 5xx. */
  errors: number
  /** Those with an exception, whatever the status. */
  exceptions: number
  /** How many groups there are; `groups` holds no more than the limit. */
  total: number
  groups: readonly ErrorGroup[]
}

/** Answers: what failed, where, since when? The most frequent first. */
export async function errors(
  _store: Store,
  _scope: Scope,
  _options: ErrorsOptions = {},
  _signal?: AbortSignal,
): Promise<Errors> {
  throw new Error('errors is not built yet')
}
