import type { Store } from '../store/store.js'
import { countRequests } from './count-requests.js'
import { filterOf } from './filter.js'
import { REQUEST_COLUMNS, toRequestRow } from './request-row.js'
import type { Scope } from './scope.js'
import type { RequestList } from './slowest.js'

export interface RecentOptions {
  /** Default: 20. */
  limit?: number
  /** The id of the last row so far: gives the next page. */
  before?: number
}

/** Answers: what came last? The newest first. */
export async function recent(
  store: Store,
  scope: Scope,
  options: RecentOptions = {},
  signal?: AbortSignal,
): Promise<RequestList> {
  const { limit = 20, before } = options
  const filter = await filterOf(store, scope)
  const beforeSql =
    before === undefined ? '' : `AND (time, id) < (SELECT (time, id) FROM requests WHERE id = $before)`
  const rows = await store.query<Record<string, unknown>>(
    `SELECT ${REQUEST_COLUMNS} FROM requests WHERE id IN (
      SELECT id FROM requests WHERE ${filter.requests} ${beforeSql} ORDER BY time DESC NULLS LAST, id DESC LIMIT $limit)
    ORDER BY time DESC NULLS LAST, id DESC`,
    { ...filter.params, limit, before: before ?? null },
    signal,
  )
  return { requests: await countRequests(store, filter, signal), rows: rows.map(toRequestRow) }
}
