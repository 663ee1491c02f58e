import type { Store } from '../store/store.js'
import type { ActionRow } from './request-row.js'
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
  _store: Store,
  _scope: Scope,
  _options: ActionsOptions = {},
  _signal?: AbortSignal,
): Promise<Actions> {
  throw new Error('actions is not built yet')
}
