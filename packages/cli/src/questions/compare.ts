import type { Store } from '../store/store.js'
import type { Scope, TimeRange } from './scope.js'

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
  /** The chance of such a difference of latency (of error rate) by noise, corrected for the number of views. */
  latency_p: number | null
  errors_p: number | null
  /** The change of waiting time for the number of requests after, in milliseconds: what the change costs. */
  cost: number
}

export interface Compare {
  before: TimeRange & { requests: number }
  after: TimeRange & { requests: number }
  /** Changes beyond noise, the costliest first. */
  regressed: readonly Change[]
  /** The largest gain first. */
  improved: readonly Change[]
  /** All views, the busiest first. */
  views: readonly Change[]
  /** What the reader should keep in mind, in words: a weekday against a weekend, an hour against a night. */
  cautions: readonly string[]
}

/** Answers: what became slower or faster between two ranges? The scope's own range is not used. */
export async function compare(
  _store: Store,
  _scope: Scope,
  _options: CompareOptions,
  _signal?: AbortSignal,
): Promise<Compare> {
  throw new Error('compare is not built yet')
}
