import type { Store } from '../store/store.js'
import type { Buckets } from './buckets.js'
import type { Latency, Outcomes } from './latency.js'
import type { Scope } from './scope.js'

/** What views can be sorted by, the largest first; `view_name` from A to Z. */
export type ViewSort = Exclude<keyof View, 'series' | 'share'>

export interface ViewsOptions {
  /** Default: waiting_time, which answers "what shall I fix?". */
  sort?: ViewSort
  /** Default: all. */
  limit?: number
  /** Buckets of the sparkline, about this many. Default: 24; 0 for none. */
  buckets?: number
}

export interface View extends Outcomes, Latency {
  /** `(no view)` for requests without one. */
  view_name: string
  /** Sum of total_time, without long-lived responses, in milliseconds. */
  waiting_time: number
  /** Its part of the waiting time of all views, 0 to 1. */
  share: number
  /** The part of its waiting time that is SQL, 0 to 1; null if it has no waiting time. */
  sql_share: number | null
  /** Statements of a request, on average; null if none has a count. */
  sql_count: number | null
  /** Requests that repeated a statement (N+1). */
  repeats: number
  /** One point for each bucket, for the sparkline. */
  series: readonly ViewPoint[]
}

export interface ViewPoint {
  requests: number
  /** Average total_time; null where there is no request. */
  mean: number | null
}

export interface Views {
  /** Requests in the scope. */
  requests: number
  /** Waiting time of all of them, in milliseconds. */
  waiting_time: number
  /** How many views there are; `views` holds no more than the limit. */
  total: number
  buckets: Buckets
  views: readonly View[]
}

/** Answers: what shall I fix? */
export async function views(
  _store: Store,
  _scope: Scope,
  _options: ViewsOptions = {},
  _signal?: AbortSignal,
): Promise<Views> {
  throw new Error('views is not built yet')
}
