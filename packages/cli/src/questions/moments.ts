import type { Store } from '../store/store.js'
import { bucketsOf } from './buckets.js'
import { filterOf } from './filter.js'
import { groupBy } from './group-by.js'
import { WAITED } from './latency.js'
import { SHOWN_VIEW } from './no-view.js'
import type { Scope } from './scope.js'
import { binomialUpperTail } from './statistics/tails.js'

export interface MomentsOptions {
  /** At most so many moments, the surest first. Default: 20. */
  limit?: number
}

/** A short time in which a view was far slower than usual. */
export interface Moment {
  view_name: string
  /** In milliseconds since 1970. */
  from: number
  until: number
  /** The view's requests in it, and those of them that were among its slowest 5 %. */
  requests: number
  slow: number
  /** The worst p95 of its buckets, and the usual one. */
  p95: number
  usual_p95: number
  /** The chance of so many slow requests by noise, corrected for the number of views and buckets. */
  p: number
}

export interface Moments {
  /** Requests that were examined, in how many views; views with fewer than 20 are left out. */
  requests: number
  views: number
  /** The length of a bucket in milliseconds. */
  width: number
  /** How many there are; `moments` holds no more than the limit. */
  total: number
  moments: readonly Moment[]
}

const BUCKETS = 120
const FEWEST_REQUESTS = 20
const SLOW_SHARE = 0.05
const LARGEST_P = 0.001
/** Less is not worth a reader's time, whatever its significance. */
const SMALLEST_RATIO = 2

/** Answers: when was a view far slower than usual? */
export async function moments(
  store: Store,
  scope: Scope,
  options: MomentsOptions = {},
  signal?: AbortSignal,
): Promise<Moments> {
  const filter = await filterOf(store, scope)
  const { width, starts, index, params } = await bucketsOf(store, scope, filter, BUCKETS, signal)
  const cells =
    width === 0
      ? []
      : await store.query<Cell>(
          `WITH waits AS (
            SELECT ${SHOWN_VIEW} AS view_name, ${index} AS bucket, ${WAITED} AS waited
            FROM requests WHERE ${filter.requests} AND (${WAITED}) IS NOT NULL),
          limits AS (
            SELECT view_name, quantile_cont(waited, ${1 - SLOW_SHARE}) AS slowest
            FROM waits GROUP BY view_name HAVING count(*) >= ${FEWEST_REQUESTS})
          SELECT view_name, bucket, count(*) AS requests, count(*) FILTER (waited > slowest) AS slow,
            quantile_cont(waited, 0.95) AS p95
          FROM waits JOIN limits USING (view_name)
          WHERE bucket IS NOT NULL GROUP BY ALL ORDER BY view_name, bucket`,
          { ...filter.params, ...params },
          signal,
        )
  const views = groupBy(cells, (cell) => cell.view_name)
  const found = [...views.values()]
    .flatMap((own) => momentsOf(own, cells.length))
    .map(({ first, last, ...moment }) => ({
      ...moment,
      from: starts[first] ?? 0,
      until: starts[last + 1] ?? (starts[last] ?? 0) + width,
    }))
    .toSorted((a, b) => a.p - b.p || b.slow - a.slow)
  return {
    requests: cells.reduce((sum, { requests }) => sum + requests, 0),
    views: views.size,
    width,
    total: found.length,
    moments: found.slice(0, options.limit ?? 20),
  }
}

interface Cell {
  view_name: string
  bucket: number
  requests: number
  slow: number
  p95: number
}

type Found = Omit<Moment, 'from' | 'until'> & { first: number; last: number }

/** Bad buckets of one view, of which neighbours are one moment. */
function momentsOf(cells: readonly Cell[], comparisons: number): Found[] {
  const usual_p95 = cells.map(({ p95 }) => p95).toSorted((a, b) => a - b)[
    Math.floor(cells.length / 2)
  ] as number
  const found: Found[] = []
  for (const { bucket, p95, ...cell } of cells) {
    const p = Math.min(1, binomialUpperTail(cell.requests, SLOW_SHARE, cell.slow) * comparisons)
    if (p > LARGEST_P || p95 < SMALLEST_RATIO * usual_p95) continue
    const before = found.at(-1)
    if (before?.last !== bucket - 1) {
      found.push({ ...cell, first: bucket, last: bucket, p95, usual_p95, p })
      continue
    }
    before.last = bucket
    before.requests += cell.requests
    before.slow += cell.slow
    before.p95 = Math.max(before.p95, p95)
    before.p = Math.min(before.p, p)
  }
  return found
}
