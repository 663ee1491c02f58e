import type { Store } from '../store/store.js'
import type { Scope, TimeRange } from './scope.js'

/** Which requests of the scope are "the slow ones"; the others of the scope are the rest. */
export type Selection =
  | { slow: 'p50' | 'p90' | 'p95' | 'p99' } // at or above this percentile of their view
  | { above: number } // total_time over so many milliseconds
  | { box: TimeRange & { min: number; max: number } } // a box of the heatmap: time, and total_time from min to below max

export interface WhyOptions {
  /** Default: `{ slow: 'p95' }`. */
  selection?: Selection
  /** At most so many findings. Default: 10. */
  limit?: number
}

/** A value that the selected requests have more often, or more rarely, than the rest. */
export interface Finding {
  /** `query.KEY`, `extra.KEY`, `user`, `hour`, `sql_count`, `sql_slowest`, `user_agent`, `status_code`, `method` … */
  field: string
  /** The value as a person reads it; null for requests without the field. */
  value: string | null
  /** Requests with the value, of the selected and of the rest. */
  inside: number
  outside: number
  /** Their parts, 0 to 1. */
  inside_share: number
  outside_share: number
  /** Effect size: Cramér's phi, -1 to 1, above 0 where the selected have it more often. */
  effect: number
  /** The chance of such a difference without a cause, times the number of comparisons (Bonferroni), at most 1. */
  p: number
  /** The filter that narrows the scope to it, or undefined where none can: see `Scope.fields`. */
  median_with: number | null
  median_without: number | null
}

export interface Why {
  /** Requests that are selected, and the rest of the scope. */
  selected: number
  rest: number
  /** From how many milliseconds on a request counts as slow; null where that differs by view or is a box. */
  threshold: number | null
  /** How many values were compared. */
  comparisons: number
  /** Findings that are more than noise, the strongest first. Empty: nothing sets the selected apart. */
  findings: readonly Finding[]
  /** Why there is no answer, if there is none: a sentence. */
  silent: string | null
}

/** Answers: what have the slow requests in common that the others have not? */
export async function why(
  _store: Store,
  _scope: Scope,
  _options: WhyOptions = {},
  _signal?: AbortSignal,
): Promise<Why> {
  throw new Error('why is not built yet')
}
