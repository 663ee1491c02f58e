import type { Store } from '../store/store.js'
import type { Scope } from './scope.js'

export type Measure = 'p50' | 'p95' | 'p99' | 'max' | 'mean' | 'errors' | 'sql' | 'repeats'

/** A condition that must not hold: `p95(GET /posts/:id) > 300ms`. */
export interface Threshold {
  /** As it was written. */
  text: string
  measure: Measure
  /** `*` for all requests of the scope together. */
  view: string
  operator: '>' | '>=' | '<' | '<='
  /** Milliseconds; of errors a part from 0 to 1; of sql statements of a request; of repeats requests. */
  limit: number
}

export interface Verdict {
  threshold: Threshold
  /** `unsure`: the view is absent or has fewer than 20 requests. */
  result: 'kept' | 'crossed' | 'unsure'
  /** What was measured, in the unit of the limit; null where there is nothing to measure. */
  value: number | null
  requests: number
  /** In words, for the terminal: what was measured, of how many requests. */
  message: string
}

export interface Verdicts {
  verdicts: readonly Verdict[]
  /** Whether the command must fail: something crossed, or with `strict` unsure. */
  failed: boolean
}

/**
 * Reads a threshold.
 * @throws Error that names the rule and what came
 */
export function parseThreshold(_text: string): Threshold {
  throw new Error('parseThreshold is not built yet')
}

/** Answers: does the log keep the thresholds (`--fail-if`)? */
export async function thresholds(
  _store: Store,
  _scope: Scope,
  _options: { thresholds: readonly Threshold[]; strict?: boolean },
  _signal?: AbortSignal,
): Promise<Verdicts> {
  throw new Error('thresholds is not built yet')
}
