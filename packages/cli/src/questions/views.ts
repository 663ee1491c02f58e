import type { Store } from '../store/store.js'
import type { Buckets } from './buckets.js'
import { filterOf } from './filter.js'
import { type Latency, type Outcomes, type Precision, withPercentiles } from './latency.js'
import { rollupOf } from './rollup/rollup.js'
import type { Scope } from './scope.js'
import { exactViews, type RowPoint, rolledViews } from './view-figures.js'

export { NO_VIEW } from './no-view.js'

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

export interface Views extends Precision {
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
  const rollup = await rollupOf(store, scope, signal)
  const figures = rollup
    ? rolledViews(store, rollup, scope, signal)
    : exactViews(store, await filterOf(store, scope), scope, signal)
  const rows = await figures.rows()
  const waiting_time = sum(rows.map((row) => row.waiting_time))
  const all = rows.map(({ sql_time, ...row }) => ({
    ...withPercentiles(row),
    share: waiting_time > 0 ? row.waiting_time / waiting_time : 0,
    sql_share: row.waiting_time > 0 ? (sql_time ?? 0) / row.waiting_time : null,
  }))
  const chosen = sorted(all, sort).slice(0, limit)
  const { buckets, points } = await figures.series(count)
  const series = seriesOf(buckets, points, chosen)
  return {
    requests: sum(rows.map((row) => row.requests)),
    waiting_time,
    total: rows.length,
    buckets: { width: buckets.width, starts: buckets.starts },
    ...(rollup && { approximate: true }),
    views: chosen.map((view) => ({ ...view, series: series.get(view.view_name) ?? [] })),
  }
}

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

function seriesOf(
  { width, starts }: Buckets,
  points: readonly RowPoint[],
  views: readonly { view_name: string }[],
): Map<string, ViewPoint[]> {
  const series = new Map(
    views.map(({ view_name }) => [view_name, starts.map((): ViewPoint => ({ requests: 0, mean: null }))]),
  )
  if (width === 0) return series
  for (const { view_name, bucket, requests, mean } of points) {
    const view = series.get(view_name)
    if (view) view[bucket] = { requests, mean }
  }
  return series
}
