import type { Store } from '../store/store.js'
import { fieldSql, isList } from './field.js'
import { filterOf } from './filter.js'
import { IS_ERROR } from './latency.js'
import type { Scope } from './scope.js'

export interface RankingOptions {
  /** A column of the requests, `query.KEY`, `extra.KEY`, `url.path` or `hour`. Default: view_name. */
  by?: string
  /** Default: 20. */
  limit?: number
}

export interface RankingRow {
  /** Null for requests without the field. */
  value: string | null
  requests: number
  /** Its part of the requests, 0 to 1. */
  share: number
  users: number
  errors: number
}

export interface Ranking {
  /** Requests in the scope. */
  requests: number
  by: string
  /** How many values there are; `rows` holds no more than the limit. */
  total: number
  rows: readonly RankingRow[]
}

/** Answers: what is asked for most? */
export async function ranking(
  store: Store,
  scope: Scope,
  options: RankingOptions = {},
  signal?: AbortSignal,
): Promise<Ranking> {
  const { by = 'view_name', limit = 20 } = options
  const filter = await filterOf(store, scope)
  const field = fieldSql(by, scope.timeZone, 'by')
  const value = isList(by) ? `unnest(${field.text})` : field.text
  const rows = await store.query<RankingRow & { of: number; total: number }>(
    `WITH chosen AS (SELECT * FROM requests WHERE ${filter.requests}),
    counted AS (
      SELECT value, count(*) AS requests, count(DISTINCT "user") AS users, count(*) FILTER (${IS_ERROR}) AS errors
      FROM (SELECT ${value} AS value, "user", status_code FROM chosen) GROUP BY value)
    SELECT *, count(*) OVER () AS total, (SELECT count(*) FROM chosen) AS "of"
    FROM counted ORDER BY requests DESC, value NULLS LAST LIMIT $limit`,
    { ...filter.params, ...field.params, limit },
    signal,
  )
  const [first] = rows
  return {
    requests: first?.of ?? 0,
    by,
    total: first?.total ?? 0,
    rows: rows.map(({ of, total: _, ...row }) => ({ ...row, share: row.requests / of })),
  }
}
