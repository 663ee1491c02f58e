import type { Store } from '../store/store.js'
import type { Scope } from './scope.js'

export interface StepsOptions {
  /** At most so many steps, the largest first. Default: 50. */
  limit?: number
}

/** Something that differs between the requests before and after a step. */
export interface Difference {
  /** `extra.version`, `sql_count`, `query.KEY` … */
  field: string
  value: string | null
  before_share: number
  after_share: number
}

/** A time at which a view's latency changed, and stayed so. */
export interface LatencyStep {
  view_name: string
  /** The first request after the change, in milliseconds since 1970. */
  time: number
  /** Median total_time from the previous step to this one, and from this one to the next. */
  before: number
  after: number
  /** after by before. */
  ratio: number
  /** Requests that the medians are of. */
  before_requests: number
  after_requests: number
  /** The chance of such a step by noise, corrected for the number of views. */
  p: number
  /** What changed with it; empty where nothing did. */
  differences: readonly Difference[]
}

export interface Steps {
  /** Requests that were examined, and in how many views; views with fewer than 40 requests are left out. */
  requests: number
  views: number
  steps: readonly LatencyStep[]
}

/** Answers: when did a view's latency change by itself, and what changed with it? */
export async function steps(
  _store: Store,
  _scope: Scope,
  _options: StepsOptions = {},
  _signal?: AbortSignal,
): Promise<Steps> {
  throw new Error('steps is not built yet')
}
