import type { Store } from '../store/store.js'
import { filterOf } from './filter.js'
import { ACTION_COLUMNS, type ActionRow, toActionRow } from './request-row.js'
import type { Scope } from './scope.js'

export interface ActionsOptions {
  /** Default: 20. */
  limit?: number
}

export interface Actions {
  /** Labelled records in the scope. */
  records: number
  rows: readonly ActionRow[]
}

/** Answers: which labelled records came last? The scope's `label` chooses which; the newest first. */
export async function actions(
  store: Store,
  scope: Scope,
  options: ActionsOptions = {},
  signal?: AbortSignal,
): Promise<Actions> {
  const { limit = 20 } = options
  const filter = await filterOf(store, scope)
  const rows = await store.query<Record<string, unknown>>(
    `SELECT ${ACTION_COLUMNS} FROM actions WHERE ${filter.actions}
    ORDER BY time DESC NULLS LAST, id DESC LIMIT $limit`,
    { ...filter.params, limit },
    signal,
  )
  const [count] = await store.query<{ records: number }>(
    `SELECT count(*) AS records FROM actions WHERE ${filter.actions}`,
    filter.params,
    signal,
  )
  return { records: count?.records ?? 0, rows: rows.map(toActionRow) }
}
