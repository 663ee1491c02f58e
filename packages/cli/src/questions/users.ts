import type { Store } from '../store/store.js'
import { filterOf } from './filter.js'
import type { Latency, Outcomes } from './latency.js'
import { LATENCY, type LatencyColumns, OUTCOMES, withPercentiles } from './latency.js'
import type { Scope } from './scope.js'

/** What users can be sorted by, the largest first. */
export const USER_SORTS = ['requests', 'errors', 'waiting_time', 'p95', 'last'] as const

export type UserSort = (typeof USER_SORTS)[number]

export interface UsersOptions {
  /** Default: requests. */
  sort?: UserSort
  /** Default: 50. */
  limit?: number
}

export interface User extends Outcomes, Latency {
  user: string
  waiting_time: number
  views: number
  first: number | null
  last: number | null
}

export interface Users {
  /** Requests in the scope, and those of them without a user. */
  requests: number
  anonymous: number
  /** How many users there are; `users` holds no more than the limit. */
  total: number
  users: readonly User[]
}

/** Answers: who uses the application, and who waits? */
export async function users(
  store: Store,
  scope: Scope,
  options: UsersOptions = {},
  signal?: AbortSignal,
): Promise<Users> {
  const { limit = 50 } = options
  const sort = USER_SORTS.find((name) => name === options.sort) ?? 'requests' // no other text becomes SQL
  const filter = await filterOf(store, scope)
  const rows = await store.query<Omit<User, keyof Latency> & LatencyColumns & { total: number }>(
    `SELECT "user", ${OUTCOMES}, ${LATENCY}, percentiles[2] AS p95, count(DISTINCT view_name) AS views,
      min(time) AS first, max(time) AS last, count(*) OVER () AS total
    FROM requests WHERE ${filter.requests} AND "user" IS NOT NULL
    GROUP BY "user" ORDER BY ${sort} DESC NULLS LAST, "user" LIMIT $limit`,
    { ...filter.params, limit },
    signal,
  )
  const [counts] = await store.query<{ requests: number; anonymous: number }>(
    `SELECT count(*) AS requests, count(*) FILTER ("user" IS NULL) AS anonymous
    FROM requests WHERE ${filter.requests}`,
    filter.params,
    signal,
  )
  return {
    requests: 0,
    anonymous: 0,
    ...counts,
    total: rows[0]?.total ?? 0,
    users: rows.map(({ total: _, ...row }) => withPercentiles(row)),
  }
}
