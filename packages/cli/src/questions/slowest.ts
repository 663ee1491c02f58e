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
  const perViewSql =
    perView === undefined
      ? ''
      : `QUALIFY row_number() OVER (PARTITION BY view_name ORDER BY total_time DESC, id) <= $per_view`
  const rows = await store.query<Record<string, unknown>>(
    `SELECT ${REQUEST_COLUMNS} FROM requests WHERE id IN (
      SELECT id FROM requests
      WHERE ${filter.requests} AND total_time >= $min AND total_time < $max AND NOT ${IS_LONG_LIVED} ${perViewSql}
      ORDER BY total_time DESC, id LIMIT $limit)
    ORDER BY total_time DESC, id`,
    { ...filter.params, limit, per_view: perView ?? null, min, max },
    signal,
  )
  return { requests: await countRequests(store, filter, signal), rows: rows.map(toRequestRow) }
}
