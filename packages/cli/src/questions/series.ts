import type { Store } from '../store/store.js'
import type { Buckets } from './buckets.js'
import { type BucketSql, bucketsOf } from './buckets.js'
import { type Filter, filterOf } from './filter.js'
import type { Outcomes, Precision } from './latency.js'
import { LATENCY, type LatencyColumns, OUTCOMES, withPercentiles } from './latency.js'
import { bucketsOfRollup } from './rollup/buckets.js'
import { type Rollup, rollupOf } from './rollup/rollup.js'
import { percentilesSql, ROLLED_OUTCOMES } from './rollup/sql.js'
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

export interface Series extends Precision {
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
  const count = options.buckets ?? 120
  const rollup = await rollupOf(store, scope, signal)
  const rolled = rollup && (await bucketsOfRollup(store, rollup, scope, count, signal))
  if (rollup && rolled)
    return { ...toSeries(rolled, await rolledRows(store, rollup, rolled, signal)), approximate: true }
  const filter = await filterOf(store, scope)
  const buckets = await bucketsOf(store, scope, filter, count, signal)
  return toSeries(buckets, await exactRows(store, filter, buckets, signal))
}

type Row = Outcomes & LatencyColumns & { bucket: number }

async function exactRows(
  store: Store,
  filter: Filter,
  buckets: BucketSql,
  signal?: AbortSignal,
): Promise<Row[]> {
  if (buckets.width === 0) return []
  return store.query<Row>(
    `SELECT ${buckets.index} AS bucket, ${OUTCOMES}, ${LATENCY}
    FROM requests WHERE ${filter.requests} GROUP BY bucket HAVING bucket IS NOT NULL`,
    { ...filter.params, ...buckets.params },
    signal,
  )
}

async function rolledRows(
  store: Store,
  rollup: Rollup,
  buckets: BucketSql,
  signal?: AbortSignal,
): Promise<Row[]> {
  const inBuckets = (table: 'rolled_views' | 'rolled_times'): string =>
    `(SELECT *, ${buckets.index} AS bucket FROM (SELECT *, cell AS time FROM ${rollup.of(table)})
    WHERE bucket IS NOT NULL)`
  return store.query<Row>(
    `SELECT counts.*, percentiles, NULL AS mean, NULL AS max, 0 AS waiting_time
    FROM (SELECT bucket, ${ROLLED_OUTCOMES} FROM ${inBuckets('rolled_views')} GROUP BY bucket) AS counts
    LEFT JOIN (${percentilesSql(inBuckets('rolled_times'), 'bucket')}) ON key = bucket`,
    buckets.params,
    signal,
  )
}

function toSeries({ width, starts, outside, timed }: BucketSql, rows: readonly Row[]): Series {
  const points = starts.map((time): SeriesPoint => ({ ...EMPTY, time }))
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
