import { rollups } from '../../store/schema.js'
import type { Store } from '../../store/store.js'
import { isHeldRequest } from '../held.js'
import type { Scope } from '../scope.js'
import { type RollupTable, rollupSql } from './sql.js'

/** The sums of a large log, for questions about all of it. */
export interface Rollup {
  /** The longest cell of time, in milliseconds. */
  readonly grain: number
  /** SQL: a table of sums, with those of the requests that came after the last batch. */
  of(table: RollupTable): string
}

/** Finds the sums for the scope. Null where the log is small or the scope is a part of it: then it is asked exactly. */
export async function rollupOf(store: Store, scope: Scope, signal?: AbortSignal): Promise<Rollup | null> {
  if (!isWhole(scope)) return null
  const [{ rows, grain } = { rows: null, grain: null }] = await store.query<{
    rows: number | null
    grain: number | null
  }>(
    `SELECT max(rows) AS rows, max(grain) AS grain FROM rolled
    WHERE ${scope.held ? `rows <= ${scope.held.requests}` : 'true'}`,
    {},
    signal,
  )
  if (rows === null || grain === null) return null
  return {
    grain,
    of(table) {
      const { rows: _, ...columns } = rollups[table]
      const names = Object.keys(columns).map((name) => `"${name}"`)
      const later = rollupSql(table, grain, `id >= ${rows} AND ${isHeldRequest(scope.held)}`)
      return `(SELECT ${names} FROM ${table} WHERE rows <= ${rows} UNION ALL BY NAME ${later})`
    },
  }
}

function isWhole({ timeZone: _, held: _held, bots, fields, ...filters }: Scope): boolean {
  const isSet = (value: unknown): boolean =>
    Array.isArray(value) ? value.length > 0 : value !== undefined && value !== ''
  return (
    (bots === undefined || bots === 'include') &&
    !Object.values(fields ?? {}).some(isSet) &&
    !Object.values(filters).some(isSet)
  )
}
