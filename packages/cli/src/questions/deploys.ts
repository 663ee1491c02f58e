import type { Store } from '../store/store.js'
import { filterOf } from './filter.js'
import type { Scope } from './scope.js'

/** When a version was seen, by `extra.version`. */
export interface Deploy {
  version: string
  /** Its first and last request, in milliseconds since 1970. */
  first: number
  last: number
  requests: number
}

export interface Deploys {
  /** Requests in the scope that have a version. */
  requests: number
  /** In the order of first sight; the first one is no change. */
  deploys: readonly Deploy[]
}

/** Answers: when did a new version arrive? */
export async function deploys(
  store: Store,
  scope: Scope,
  _options: object = {},
  signal?: AbortSignal,
): Promise<Deploys> {
  const filter = await filterOf(store, scope)
  const rows = await store.query<Deploy>(
    `SELECT extra->>'/version' AS version, min(time) AS first, max(time) AS last, count(*) AS requests
    FROM requests WHERE ${filter.requests} AND time IS NOT NULL AND extra IS NOT NULL
    GROUP BY 1 HAVING version IS NOT NULL ORDER BY first, version`,
    filter.params,
    signal,
  )
  return { requests: rows.reduce((sum, row) => sum + row.requests, 0), deploys: rows }
}
