import type { Store } from '../store/store.js'
import type { Scope } from './scope.js'

export interface SuggestOptions {
  /** `view`, `user`, `label`, `status`, `method`, or a field as in `Scope.fields`. */
  field: string
  /** What was typed so far; found anywhere in the value, in any case. */
  text?: string
  /** Default: 20. */
  limit?: number
}

export interface Suggest {
  /** The most frequent first. */
  values: readonly { value: string; records: number }[]
}

/** Answers: which values can be filtered by? The names of fields for `field: 'field'`. */
export async function suggest(
  _store: Store,
  _scope: Scope,
  _options: SuggestOptions,
  _signal?: AbortSignal,
): Promise<Suggest> {
  throw new Error('suggest is not built yet')
}
