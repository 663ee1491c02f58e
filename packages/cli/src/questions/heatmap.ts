import type { Store } from '../store/store.js'
import type { Buckets } from './buckets.js'
import type { Scope } from './scope.js'

export interface HeatmapOptions {
  /** About this many buckets of time. Default: 120. */
  buckets?: number
}

/** Requests by time and latency. */
export interface Heatmap {
  /** Requests that are in a cell. */
  requests: number
  buckets: Buckets
  /** Lower edges of the bands of total_time in milliseconds, four to a doubling (log scale), and the upper edge. */
  edges: readonly number[]
  /** How many requests each cell has, as `cells[bucket][band]`. */
  cells: readonly (readonly number[])[]
  /** The largest of the cells. */
  max: number
}

/** Answers: how were latencies spread over time? Long-lived responses are left out. */
export async function heatmap(
  _store: Store,
  _scope: Scope,
  _options: HeatmapOptions = {},
  _signal?: AbortSignal,
): Promise<Heatmap> {
  throw new Error('heatmap is not built yet')
}
