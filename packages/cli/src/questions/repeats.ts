import type { Store } from '../store/store.js'
import { filterOf } from './filter.js'
import { SHOWN_VIEW } from './no-view.js'
import type { Scope } from './scope.js'

export interface RepeatsOptions {
  /** Default: all. */
  limit?: number
}

/** A statement that a view repeats within a request: an N+1. */
export interface Repeat {
  sql_repeat: string
  view_name: string
  /** Requests in which it was repeated. */
  requests: number
  /** All requests of the view in the scope. */
  of: number
  /** How often in one request: on average, and at worst. */
  mean: number
  worst: number
  /** The request in which it was worst. */
  worst_id: number
  worst_request_id: string | null
  /** SQL time of all requests in which it was repeated, in milliseconds. */
  sql_time: number
  first: number | null
  last: number | null
}

export interface Repeats {
  /** Requests in the scope. */
  requests: number
  /** Requests with a repeated statement. */
  with_repeat: number
  /** How many pairs there are; `repeats` holds no more than the limit. */
  total: number
  repeats: readonly Repeat[]
}

/** Answers: which statements run in a loop (N+1)? Those with the most executions first. */
export async function repeats(
  store: Store,
  scope: Scope,
  options: RepeatsOptions = {},
  signal?: AbortSignal,
): Promise<Repeats> {
  const { limit = Number.POSITIVE_INFINITY } = options
  const filter = await filterOf(store, scope)
  const rows = await store.query<Repeat>(
    `SELECT coalesce(sql_repeat, '(unknown)') AS sql_repeat, ${SHOWN_VIEW} AS view_name,
      count(*) AS requests, 0 AS "of",
      avg(sql_repeat_count) AS mean, max(sql_repeat_count) AS worst,
      arg_max(id, sql_repeat_count) AS worst_id, arg_max_null(request_id, sql_repeat_count) AS worst_request_id,
      coalesce(sum(sql_time), 0) AS sql_time, min(time) AS first, max(time) AS last
    FROM requests WHERE ${filter.requests} AND sql_repeat_count > 0
    GROUP BY 1, 2 ORDER BY sum(sql_repeat_count) DESC, 1, 2`,
    filter.params,
    signal,
  )
  const views = await store.query<{ view_name: string; requests: number }>(
    `SELECT ${SHOWN_VIEW} AS view_name, count(*) AS requests
    FROM requests WHERE ${filter.requests} GROUP BY 1`,
    filter.params,
    signal,
  )
  const requestsOf = new Map(views.map((view) => [view.view_name, view.requests]))
  return {
    requests: views.reduce((sum, view) => sum + view.requests, 0),
    with_repeat: rows.reduce((sum, row) => sum + row.requests, 0),
    total: rows.length,
    repeats: rows
      .slice(0, limit)
      .map((row) => ({ ...row, of: requestsOf.get(row.view_name) ?? row.requests })),
  }
}
