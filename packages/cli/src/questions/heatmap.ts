import type { Store } from '../store/store.js'
import type { Buckets } from './buckets.js'
import { bucketsOf } from './buckets.js'
import { filterOf } from './filter.js'
import { WAITED } from './latency.js'
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
  store: Store,
  scope: Scope,
  options: HeatmapOptions = {},
  signal?: AbortSignal,
): Promise<Heatmap> {
  const filter = await filterOf(store, scope)
  const buckets = await bucketsOf(store, scope, filter, options.buckets ?? 120, signal)
  const { width, starts } = buckets
  const rows =
    width === 0
      ? []
      : await store.query<{ bucket: number; band: number; requests: number }>(
          `SELECT bucket, band, count(*) AS requests
    FROM (
      SELECT ${buckets.index} AS bucket, floor(log2(greatest(${WAITED}, $lowest)) * $bands)::INTEGER AS band
      FROM requests WHERE ${filter.requests} AND (${WAITED}) IS NOT NULL)
    WHERE bucket IS NOT NULL GROUP BY bucket, band`,
          { ...filter.params, ...buckets.params, lowest: LOWEST_MS, bands: BANDS_PER_DOUBLING },
          signal,
        )
  const lowest = Math.min(...rows.map((row) => row.band))
  const bands = rows.length === 0 ? 0 : Math.max(...rows.map((row) => row.band)) - lowest + 1
  const cells = starts.map(() => new Array<number>(bands).fill(0))
  for (const { bucket, band, requests } of rows) (cells[bucket] as number[])[band - lowest] = requests
  return {
    requests: rows.reduce((sum, row) => sum + row.requests, 0),
    buckets: { width, starts },
    edges:
      bands === 0
        ? []
        : Array.from({ length: bands + 1 }, (_, i) => 2 ** ((lowest + i) / BANDS_PER_DOUBLING)),
    cells,
    max: rows.reduce((max, row) => Math.max(max, row.requests), 0),
  }
}

const BANDS_PER_DOUBLING = 4

/** Shorter ones count as this: the scale is logarithmic and has no zero. */
const LOWEST_MS = 0.125
