import type { Store } from '../store/store.js'
import { type BucketSql, bucketsOf } from './buckets.js'
import { type Filter, filterOf } from './filter.js'
import { LATENCY, type Latency, type LatencyColumns, OUTCOMES, WAITED } from './latency.js'
import { NO_VIEW, SHOWN_VIEW } from './no-view.js'
import { bucketsOfRollup } from './rollup/buckets.js'
import type { Rollup } from './rollup/rollup.js'
import { percentilesSql, ROLLED_OUTCOMES } from './rollup/sql.js'
import type { Scope } from './scope.js'
import type { View, ViewPoint } from './views.js'

/** A view's figures, but for its percentiles, which come in one list. */
export type ViewRow = Omit<View, keyof Latency | 'series' | 'share' | 'sql_share'> &
  LatencyColumns & { sql_time: number | null }

/** A point of a view's sparkline. */
export type RowPoint = ViewPoint & { view_name: string; bucket: number }

/** Where the figures of views come from. */
export interface ViewFigures {
  rows(): Promise<ViewRow[]>
  series(count: number): Promise<{ buckets: BucketSql; points: readonly RowPoint[] }>
}

const NAME = `${SHOWN_VIEW} AS view_name`

/** Scans the requests of the scope. */
export function exactViews(store: Store, filter: Filter, scope: Scope, signal?: AbortSignal): ViewFigures {
  return {
    rows: () =>
      store.query<ViewRow>(
        `SELECT ${NAME}, ${OUTCOMES}, ${LATENCY},
          sum(sql_time) FILTER ((${WAITED}) IS NOT NULL) AS sql_time,
          avg(sql_count) AS sql_count,
          count(*) FILTER (sql_repeat_count > 0) AS repeats
        FROM requests WHERE ${filter.requests} GROUP BY ALL`,
        filter.params,
        signal,
      ),
    async series(count) {
      const buckets = await bucketsOf(store, scope, filter, count, signal)
      if (buckets.width === 0) return { buckets, points: [] }
      const points = await store.query<RowPoint>(
        `SELECT view_name, bucket, count(*) AS requests, avg(waited) AS mean
        FROM (
          SELECT ${NAME}, ${buckets.index} AS bucket, ${WAITED} AS waited
          FROM requests WHERE ${filter.requests})
        WHERE bucket IS NOT NULL GROUP BY view_name, bucket`,
        { ...filter.params, ...buckets.params },
        signal,
      )
      return { buckets, points }
    },
  }
}

/** Adds up the sums of all requests. */
export function rolledViews(store: Store, rollup: Rollup, scope: Scope, signal?: AbortSignal): ViewFigures {
  return {
    rows: () =>
      store.query<ViewRow>(
        `SELECT coalesce(figures.view_name, '${NO_VIEW}') AS view_name, figures.* EXCLUDE (view_name), percentiles
        FROM (
          SELECT view_name, ${ROLLED_OUTCOMES}, sum(waiting_time) / nullif(sum(waited), 0) AS mean, max(max) AS max,
            sum(waiting_time) AS waiting_time, sum(sql_time) AS sql_time,
            sum(statements) / nullif(sum(counted), 0) AS sql_count, sum(repeats) AS repeats
          FROM ${rollup.of('rolled_views')} GROUP BY view_name) AS figures
        LEFT JOIN (${percentilesSql(rollup.of('rolled_bins'), 'view_name')}) ON key IS NOT DISTINCT FROM view_name`,
        {},
        signal,
      ),
    async series(count) {
      const buckets = await bucketsOfRollup(store, rollup, scope, count, signal)
      if (!buckets) return exactViews(store, await filterOf(store, scope), scope, signal).series(count)
      if (buckets.width === 0) return { buckets, points: [] }
      const points = await store.query<RowPoint>(
        `SELECT ${SHOWN_VIEW} AS view_name, bucket, sum(requests) AS requests,
          sum(waiting_time) / nullif(sum(waited), 0) AS mean
        FROM (
          SELECT *, ${buckets.index} AS bucket FROM (SELECT *, cell AS time FROM ${rollup.of('rolled_views')}))
        WHERE bucket IS NOT NULL GROUP BY ALL`,
        buckets.params,
        signal,
      )
      return { buckets, points }
    },
  }
}
