import type { Param, Store } from '../store/store.js'
import { cautionsOf } from './cautions.js'
import { filterOf } from './filter.js'
import { IS_ERROR, WAITED } from './latency.js'
import type { Scope, TimeRange } from './scope.js'
import { judge } from './verdict.js'
import { NO_VIEW } from './views.js'

export interface CompareOptions {
  before: TimeRange
  after: TimeRange
}

/** A view's figures in one of the ranges. */
export interface CompareSide {
  requests: number
  p50: number | null
  p95: number | null
  errors: number
  /** Errors by requests, 0 to 1. */
  error_rate: number | null
  /** Statements of a request, on average. */
  sql_count: number | null
}

/** How a view changed. */
export interface Change {
  view_name: string
  before: CompareSide
  after: CompareSide
  /** What its latency did, beyond noise. `unsure`: too few requests on a side. */
  latency: 'slower' | 'faster' | 'same' | 'unsure'
  errors: 'more' | 'fewer' | 'same' | 'unsure'
  /** p50 after by p50 before; null where one is missing. */
  p50_ratio: number | null
  p95_ratio: number | null
  /** The chance of such a difference of latency (of error rate) by noise, corrected for the number of comparisons. */
  latency_p: number | null
  errors_p: number | null
  /** What the change costs: the change of average total_time by the number of requests after, in milliseconds. */
  cost: number
}

export interface Compare {
  before: TimeRange & { requests: number }
  after: TimeRange & { requests: number }
  /** Slower views, and views with more errors, beyond noise; the costliest first. */
  regressed: readonly Change[]
  /** Faster views, and views with fewer errors, beyond noise; the largest gain first. */
  improved: readonly Change[]
  /** All views, the busiest first. */
  views: readonly Change[]
  /** What the reader should keep in mind, in words: a weekday against a weekend, an hour against a night. */
  cautions: readonly string[]
}

/** Answers: what became slower or faster between two ranges? The scope's own range is not used. */
export async function compare(
  store: Store,
  scope: Scope,
  options: CompareOptions,
  signal?: AbortSignal,
): Promise<Compare> {
  const { before, after } = options
  const { from: _from, until: _until, ...others } = scope
  const filter = await filterOf(store, others)
  const rows = `SELECT *, coalesce(view_name, '${NO_VIEW}') AS view, ${WAITED} AS waited,
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
      quantile_cont(waited, [0.5, 0.95]) AS percentiles, avg(waited) AS mean, avg(sql_count) AS sql_count
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
  const views = judge(sides, bins, blocks).toSorted(
    (a, b) => b.before.requests + b.after.requests - (a.before.requests + a.after.requests),
  )
  const requests = (isAfter: boolean): number =>
    sides.reduce((sum, side) => sum + (side.is_after === isAfter ? side.requests : 0), 0)
  return {
    before: { ...before, requests: requests(false) },
    after: { ...after, requests: requests(true) },
    regressed: views
      .filter((view) => view.latency === 'slower' || view.errors === 'more')
      .toSorted((a, b) => b.cost - a.cost),
    improved: views
      .filter((view) => view.latency === 'faster' || view.errors === 'fewer')
      .toSorted((a, b) => a.cost - b.cost),
    views,
    cautions: cautionsOf(before, after, scope.timeZone),
  }
}

/** Bins of latency are 2 % wide: narrow enough that ties do not matter. */
const BINS_PER_E = 50

/** Parts of a range whose averages must agree: a single busy minute is no change. */
const BLOCKS = 20

function inRange(name: string): string {
  return `(epoch_ms(time) >= $${name}_from AND epoch_ms(time) < $${name}_until)`
}

/** What the store gives of a view in one of the ranges. */
export interface Side {
  view_name: string
  is_after: boolean
  requests: number
  errors: number
  percentiles: readonly number[] | null
  mean: number | null
  sql_count: number | null
}

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
