import type { Store } from '../store/store.js'
import type { Buckets } from './buckets.js'
import { type BucketSql, bucketsOf } from './buckets.js'
import { type Filter, filterOf } from './filter.js'
import type { Latency, Outcomes } from './latency.js'
import { LATENCY, type LatencyColumns, OUTCOMES, WAITED, withPercentiles } from './latency.js'
import type { Scope } from './scope.js'

/** Stands for requests without a view_name. */
export const NO_VIEW = '(no view)'

/** What views can be sorted by, the largest first; `view_name` from A to Z. */
export const VIEW_SORTS = [
  'waiting_time',
  'requests',
  'errors',
  'client_errors',
  'aborted',
  'long_lived',
  'mean',
  'p50',
  'p95',
  'p99',
  'max',
  'sql_share',
  'sql_count',
  'repeats',
  'view_name',
] as const satisfies readonly Exclude<keyof View, 'series' | 'share'>[]

export type ViewSort = (typeof VIEW_SORTS)[number]

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
  store: Store,
  scope: Scope,
  options: ViewsOptions = {},
  signal?: AbortSignal,
): Promise<Views> {
  const { sort = 'waiting_time', limit = Number.POSITIVE_INFINITY, buckets: count = 24 } = options
  const filter = await filterOf(store, scope)
  const rows = await store.query<ViewRow>(
    `SELECT coalesce(view_name, '${NO_VIEW}') AS view_name, ${OUTCOMES}, ${LATENCY},
      sum(sql_time) FILTER ((${WAITED}) IS NOT NULL) AS sql_time,
      avg(sql_count) AS sql_count,
      count(*) FILTER (sql_repeat_count > 0) AS repeats
    FROM requests WHERE ${filter.requests} GROUP BY ALL`,
    filter.params,
    signal,
  )
  const waiting_time = sum(rows.map((row) => row.waiting_time))
  const all = rows.map(({ sql_time, ...row }) => ({
    ...withPercentiles(row),
    share: waiting_time > 0 ? row.waiting_time / waiting_time : 0,
    sql_share: row.waiting_time > 0 ? (sql_time ?? 0) / row.waiting_time : null,
  }))
  const chosen = sorted(all, sort).slice(0, limit)
  const buckets = await bucketsOf(store, scope, filter, count, signal)
  const series = await seriesOf(
    store,
    filter,
    buckets,
    chosen.map((view) => view.view_name),
    signal,
  )
  return {
    requests: sum(rows.map((row) => row.requests)),
    waiting_time,
    total: rows.length,
    buckets: { width: buckets.width, starts: buckets.starts },
    views: chosen.map((view) => ({ ...view, series: series.get(view.view_name) ?? [] })),
  }
}

type ViewRow = Omit<View, keyof Latency | 'series' | 'share' | 'sql_share'> &
  LatencyColumns & { sql_time: number | null }

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** The largest first, null last; equal ones by name. */
function sorted<Row extends Omit<View, 'series'>>(rows: readonly Row[], sort: ViewSort): Row[] {
  const byName = (a: Row, b: Row): number => (a.view_name < b.view_name ? -1 : 1)
  if (sort === 'view_name') return rows.toSorted(byName)
  const key = (row: Row): number => row[sort] ?? Number.NEGATIVE_INFINITY
  return rows.toSorted((a, b) => (key(a) === key(b) ? byName(a, b) : key(b) > key(a) ? 1 : -1))
}

async function seriesOf(
  store: Store,
  filter: Filter,
  buckets: BucketSql,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, ViewPoint[]>> {
  const series = new Map(
    names.map((name) => [name, buckets.starts.map((): ViewPoint => ({ requests: 0, mean: null }))]),
  )
  if (buckets.width === 0 || names.length === 0) return series
  const points = await store.query<ViewPoint & { view_name: string; bucket: number }>(
    `SELECT view_name, bucket, count(*) AS requests, avg(waited) AS mean
    FROM (
      SELECT coalesce(view_name, '${NO_VIEW}') AS view_name, ${buckets.index} AS bucket, ${WAITED} AS waited
      FROM requests WHERE ${filter.requests})
    WHERE bucket IS NOT NULL GROUP BY view_name, bucket`,
    { ...filter.params, ...buckets.params },
    signal,
  )
  for (const { view_name, bucket, requests, mean } of points) {
    const view = series.get(view_name)
    if (view) view[bucket] = { requests, mean }
  }
  return series
}
