import type { Store } from '../store/store.js'
import type { Buckets } from './buckets.js'
import { bucketsOf } from './buckets.js'
import { filterOf } from './filter.js'
import type { Outcomes } from './latency.js'
import { LATENCY, type LatencyColumns, OUTCOMES, withPercentiles } from './latency.js'
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
  store: Store,
  scope: Scope,
  options: SeriesOptions = {},
  signal?: AbortSignal,
): Promise<Series> {
  const filter = await filterOf(store, scope)
  const buckets = await bucketsOf(store, scope, filter, options.buckets ?? 120, signal)
  const { width, starts, outside, timed } = buckets
  const points = starts.map((time): SeriesPoint => ({ ...EMPTY, time }))
  const rows =
    width === 0
      ? []
      : await store.query<Omit<Outcomes, never> & LatencyColumns & { bucket: number }>(
          `SELECT ${buckets.index} AS bucket, ${OUTCOMES}, ${LATENCY}
    FROM requests WHERE ${filter.requests} GROUP BY bucket HAVING bucket IS NOT NULL`,
          { ...filter.params, ...buckets.params },
          signal,
        )
  for (const row of rows) {
    const { bucket, mean: _, max: _max, waiting_time: _waiting, ...point } = withPercentiles(row)
    points[bucket] = { ...point, time: starts[bucket] as number }
  }
  return { requests: timed, buckets: { width, starts }, points, outside }
}

const EMPTY: Omit<SeriesPoint, 'time'> = {
  requests: 0,
  errors: 0,
  client_errors: 0,
  aborted: 0,
  long_lived: 0,
  p50: null,
  p95: null,
  p99: null,
}
