import type { Param, Store } from '../store/store.js'
import { filterOf } from './filter.js'
import { IS_ERROR, WAITED } from './latency.js'
import { SHOWN_VIEW } from './no-view.js'
import type { Scope, TimeRange } from './scope.js'

/** What a comparison is judged by. */
export interface CompareFigures {
  sides: readonly Side[]
  bins: readonly Bin[]
  blocks: readonly BlockMean[]
}

/** What the store gives of a view in one of the ranges. */
export interface Side {
  view_name: string
  is_after: boolean
  requests: number
  errors: number
  percentiles: readonly number[] | null
  mean: number | null
  max: number | null
  sql_count: number | null
}

/** How many requests have a total_time in one narrow bin. */
export interface Bin {
  view_name: string
  is_after: boolean
  bin: number
  requests: number
}

/** The average logarithm of total_time in a part of a range. */
export interface BlockMean {
  view_name: string
  is_after: boolean
  block: number
  mean: number
  requests: number
}

/** Bins of latency are 2 % wide: narrow enough that ties do not matter. */
export const BINS_PER_E = 50

/** Parts of a range whose averages must agree: a single busy minute is no change. */
const BLOCKS = 20

/** Asks the store about both ranges, whatever the scope's own. */
export async function compareFigures(
  store: Store,
  scope: Scope,
  before: TimeRange,
  after: TimeRange,
  signal?: AbortSignal,
): Promise<CompareFigures> {
  const { from: _from, until: _until, ...others } = scope
  const filter = await filterOf(store, others)
  const rows = `SELECT *, ${SHOWN_VIEW} AS view, ${WAITED} AS waited,
      epoch_ms(time) >= $after_from AND epoch_ms(time) < $after_until AS is_after
    FROM requests WHERE ${filter.requests}
      AND (${inRange('before')} OR ${inRange('after')})`
  const params: Record<string, Param> = {
    ...filter.params,
    before_from: before.from,
    before_until: before.until,
    after_from: after.from,
    after_until: after.until,
  }
  const sides = await store.query<Side>(
    `SELECT view AS view_name, is_after, count(*) AS requests, count(*) FILTER (${IS_ERROR}) AS errors,
      quantile_cont(waited, [0.5, 0.95]) AS percentiles, avg(waited) AS mean, max(waited) AS max,
      avg(sql_count) AS sql_count
    FROM (${rows}) GROUP BY ALL`,
    params,
    signal,
  )
  const bins = await store.query<Bin>(
    `SELECT view AS view_name, is_after, floor(ln(waited) * ${BINS_PER_E})::INTEGER AS bin, count(*) AS requests
    FROM (${rows}) WHERE waited > 0 GROUP BY ALL`,
    params,
    signal,
  )
  const blocks = await store.query<BlockMean>(
    `SELECT view AS view_name, is_after, floor(CASE
        WHEN is_after THEN (epoch_ms(time) - $after_from) / ($after_until - $after_from)
        ELSE (epoch_ms(time) - $before_from) / ($before_until - $before_from) END * ${BLOCKS})::INTEGER AS block,
      avg(ln(waited)) AS mean, count(*) AS requests
    FROM (${rows}) WHERE waited > 0 GROUP BY ALL`,
    params,
    signal,
  )
  return { sides, bins, blocks }
}

function inRange(name: string): string {
  return `(epoch_ms(time) >= $${name}_from AND epoch_ms(time) < $${name}_until)`
}
