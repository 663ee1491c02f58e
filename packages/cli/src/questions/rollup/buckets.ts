import type { Store } from '../../store/store.js'
import { type BucketSql, bucketsIn, type Extent, PLAUSIBLE_FROM, plausibleUntil } from '../buckets.js'
import type { Scope } from '../scope.js'
import type { Rollup } from './rollup.js'

/**
 * Chooses about `count` buckets for all requests. `index` is over a column `time`: the cell's.
 * @returns null if a bucket would begin or end within a cell
 */
export async function bucketsOfRollup(
  store: Store,
  rollup: Rollup,
  scope: Scope,
  count: number,
  signal?: AbortSignal,
): Promise<BucketSql | null> {
  const isPlausible = (time: string): string => `epoch_ms(${time}) BETWEEN $from AND $until`
  const [extent] = await store.query<Extent>(
    `SELECT min(first) FILTER (${isPlausible('first')}) AS first, max(last) FILTER (${isPlausible('last')}) AS last,
      coalesce(sum(requests) FILTER (cell IS NOT NULL), 0) AS timed,
      coalesce(sum(requests) FILTER (${isPlausible('first')}), 0) AS inside
    FROM ${rollup.of('rolled_views')}`,
    { from: PLAUSIBLE_FROM, until: plausibleUntil() },
    signal,
  )
  const buckets = bucketsIn(extent as Extent, scope, count)
  const { width, starts } = buckets
  return width % rollup.grain === 0 && starts.every((start) => start % rollup.grain === 0) ? buckets : null
}
