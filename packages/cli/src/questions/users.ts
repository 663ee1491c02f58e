import type { Store } from '../store/store.js'
import { filterOf } from './filter.js'
import type { Latency, Outcomes } from './latency.js'
import { LATENCY, type LatencyColumns, OUTCOMES, withPercentiles } from './latency.js'
import type { Scope } from './scope.js'

export interface UsersOptions {
  /** The largest first. Default: requests. */
  sort?: 'requests' | 'errors' | 'waiting_time' | 'p95' | 'last'
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
  const { sort = 'requests', limit = 50 } = options
  const filter = await filterOf(store, scope)
  const rows = await store.query<Omit<User, keyof Latency> & LatencyColumns & { total: number }>(
    `SELECT "user", ${OUTCOMES}, ${LATENCY}, percentiles[2] AS p95, count(DISTINCT view_name) AS views,
      min(time) AS first, max(time) AS last, count(*) OVER () AS total
    FROM requests WHERE ${filter.requests} AND "user" IS NOT NULL
    GROUP BY "user" ORDER BY ${SORT[sort]} DESC NULLS LAST, "user" LIMIT $limit`,
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

/** The columns by their options, so that no other text becomes SQL. */
const SORT: Record<NonNullable<UsersOptions['sort']>, string> = {
  requests: 'requests',
  errors: 'errors',
  waiting_time: 'waiting_time',
  p95: 'p95',
  last: 'last',
}
