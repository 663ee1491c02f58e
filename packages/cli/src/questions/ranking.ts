import type { Store } from '../store/store.js'
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
  _store: Store,
  _scope: Scope,
  _options: RankingOptions = {},
  _signal?: AbortSignal,
): Promise<Ranking> {
  throw new Error('ranking is not built yet')
}
