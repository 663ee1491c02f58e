import type { Store } from '../store/store.js'
import type { Scope } from './scope.js'

export interface RepeatsOptions {
  /** Default: all. */
  limit?: number
}

/** A statement that a view repeats within a request: an N+1. */
export interface Repeat {
  sql_repeat: string
  view_name: string
  /** Requests in which it was repeated. */
  requests: number
  /** All requests of the view in the scope. */
  of: number
  /** How often in one request: on average, and at worst. */
  mean: number
  worst: number
  /** The request in which it was worst. */
  worst_id: number
  worst_request_id: string | null
  /** SQL time of all requests in which it was repeated, in milliseconds. */
  sql_time: number
  first: number | null
  last: number | null
}

export interface Repeats {
  /** Requests in the scope. */
  requests: number
  /** Requests with a repeated statement. */
  with_repeat: number
  /** How many pairs there are; `repeats` holds no more than the limit. */
  total: number
  repeats: readonly Repeat[]
}

/** Answers: which statements run in a loop (N+1)? Those with the most executions first. */
export async function repeats(
  _store: Store,
  _scope: Scope,
  _options: RepeatsOptions = {},
  _signal?: AbortSignal,
): Promise<Repeats> {
  throw new Error('repeats is not built yet')
}
