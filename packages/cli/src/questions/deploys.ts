import type { Store } from '../store/store.js'
import { filterOf } from './filter.js'
import { rollupOf } from './rollup/rollup.js'
import { rollupSql } from './rollup/sql.js'
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
  const rollup = await rollupOf(store, scope, signal)
  const source = rollup?.of('rolled_versions') ?? `(${rollupSql('rolled_versions', 1, filter.requests)})`
  const rows = await store.query<Deploy>(
    `SELECT version, min(first) AS first, max(last) AS last, sum(requests) AS requests
    FROM ${source} GROUP BY version ORDER BY min(first), version`,
    filter.params,
    signal,
  )
  return { requests: rows.reduce((sum, row) => sum + row.requests, 0), deploys: rows }
}
