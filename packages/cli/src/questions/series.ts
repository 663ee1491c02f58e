import type { Store } from '../store/store.js'
import type { Buckets } from './buckets.js'
import type { Outcomes } from './latency.js'
import type { Scope } from './scope.js'

export interface SeriesOptions {
  /** About this many buckets. Default: 120. */
  buckets?: number
}

export interface SeriesPoint extends Outcomes {
  /** Where the bucket begins, in milliseconds since 1970. */
  time: number
  /** Null where there is no request. */
  p50: number | null
  p95: number | null
  p99: number | null
}

export interface Series {
  /** Requests in the scope that have a time. */
  requests: number
  buckets: Buckets
  /** One for each bucket, empty ones too. */
  points: readonly SeriesPoint[]
  /** Requests so far away from the others (a clock ahead by years) that the axis leaves them out. */
  outside: number
}

/** Answers: how did it go over time? */
export async function series(
  _store: Store,
  _scope: Scope,
  _options: SeriesOptions = {},
  _signal?: AbortSignal,
): Promise<Series> {
  throw new Error('series is not built yet')
}
