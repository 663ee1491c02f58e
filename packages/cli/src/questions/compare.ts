import type { Store } from '../store/store.js'
import { cautionsOf } from './cautions.js'
import { compareFigures } from './compare-figures.js'
import { type Hint, hintsOf } from './hints.js'
import type { Scope, TimeRange } from './scope.js'
import { judge } from './verdict.js'

export interface CompareOptions {
  before: TimeRange
  after: TimeRange
}

export type { Hint }

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
  /** What its latency did, beyond noise. `unsure`: too few requests on a side, or a hint. */
  latency: 'slower' | 'faster' | 'same' | 'unsure'
  /** The percentile that shows it; null where nothing changed. */
  latency_by: 'p50' | 'p95' | null
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
  /** Large changes to the worse of which too few requests, or moments, make sure; the largest first. */
  hints: readonly Hint[]
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
  const figures = await compareFigures(store, scope, before, after, signal)
  const judged = judge(figures)
  const hints = hintsOf(figures, judged)
  const views = judged
    .map((change) => withHints(change, hints))
    .toSorted((a, b) => b.before.requests + b.after.requests - (a.before.requests + a.after.requests))
  const requests = (isAfter: boolean): number =>
    figures.sides.reduce((sum, side) => sum + (side.is_after === isAfter ? side.requests : 0), 0)
  return {
    before: { ...before, requests: requests(false) },
    after: { ...after, requests: requests(true) },
    regressed: views
      .filter((view) => view.latency === 'slower' || view.errors === 'more')
      .toSorted((a, b) => b.cost - a.cost),
    improved: views
      .filter((view) => view.latency === 'faster' || view.errors === 'fewer')
      .toSorted((a, b) => a.cost - b.cost),
    hints,
    views,
    cautions: cautionsOf(before, after, scope.timeZone),
  }
}

/** A view with a hint is not "the same". */
function withHints(change: Change, hints: readonly Hint[]): Change {
  const own = hints.filter(({ view_name }) => view_name === change.view_name)
  if (own.length === 0) return change
  const hasLatency = own.some((hint) => hint.of !== 'errors')
  const hasErrors = own.some((hint) => hint.of === 'errors')
  return {
    ...change,
    ...(hasLatency && change.latency === 'same' && { latency: 'unsure' }),
    ...(hasErrors && change.errors === 'same' && { errors: 'unsure' }),
  }
}
