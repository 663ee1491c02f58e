import type { Store } from '../store/store.js'
import { countRequests } from './count-requests.js'
import { filterOf } from './filter.js'
import { IS_LONG_LIVED } from './latency.js'
import type { RequestRow } from './request-row.js'
import { REQUEST_COLUMNS, toRequestRow } from './request-row.js'
import type { Scope } from './scope.js'

export interface SlowestOptions {
  /** Default: 20. */
  limit?: number
  /** At most this many of each view. Default: no limit. */
  perView?: number
  /** Only those whose total_time is at least so many milliseconds. */
  min?: number
  /** Only those whose total_time is below so many milliseconds. */
  max?: number
}

export interface RequestList {
  /** Requests in the scope. */
  requests: number
  rows: readonly RequestRow[]
}

/** Answers: which requests took longest? Long-lived responses are left out. */
export async function slowest(
  store: Store,
  scope: Scope,
  options: SlowestOptions = {},
  signal?: AbortSignal,
): Promise<RequestList> {
  const { limit = 20, perView, min = -Number.MAX_VALUE, max = Number.MAX_VALUE } = options
  const filter = await filterOf(store, scope)
  const isChosen = `${filter.requests} AND total_time >= $min AND total_time < $max AND NOT ${IS_LONG_LIVED}`
  const rows = await store.query<Record<string, unknown>>(
    `WITH chosen AS (SELECT id, view_name, total_time FROM requests WHERE ${isChosen})
    SELECT ${REQUEST_COLUMNS} FROM requests WHERE id IN (
      SELECT id FROM ${perView === undefined ? 'chosen' : slowestOfEachView(perView)}
      ORDER BY total_time DESC, id LIMIT $limit)
    ORDER BY total_time DESC, id`,
    { ...filter.params, limit, min, max },
    signal,
  )
  return { requests: await countRequests(store, filter, signal), rows: rows.map(toRequestRow) }
}

/** Of `chosen`. The times that a view's slowest ones reach leave few requests to sort. */
function slowestOfEachView(most: number): string {
  return `(
    SELECT chosen.* FROM chosen JOIN (
      SELECT view_name, list_last(max(total_time, ${most})) AS reached FROM chosen GROUP BY view_name
    ) times ON chosen.view_name IS NOT DISTINCT FROM times.view_name AND total_time >= reached
    QUALIFY row_number() OVER (PARTITION BY chosen.view_name ORDER BY total_time DESC, id) <= ${most})`
}
