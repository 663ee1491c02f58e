import type { Store } from '../store/store.js'
import type { Filter } from './filter.js'

/** How many requests are in the scope. */
export async function countRequests(store: Store, filter: Filter, signal?: AbortSignal): Promise<number> {
  const [row] = await store.query<{ requests: number }>(
    `SELECT count(*) AS requests FROM requests WHERE ${filter.requests}`,
    filter.params,
    signal,
  )
  return row?.requests ?? 0
}
