import type { Store } from '../store/store.js'
import type { Scope } from './scope.js'

/** The labelled records of one label. */
export interface Label {
  /** Null for records without a label. */
  label_name: string | null
  records: number
  users: number
  first: number | null
  last: number | null
  /** The label's own fields, without time, label_name and request_id; the most frequent first. */
  fields: readonly { name: string; records: number }[]
}

export interface Labels {
  /** Labelled records in the scope. */
  records: number
  labels: readonly Label[]
}

/** Answers: which labels are there, and what do their records hold? The most frequent first. */
export async function labels(
  _store: Store,
  _scope: Scope,
  _options: object = {},
  _signal?: AbortSignal,
): Promise<Labels> {
  throw new Error('labels is not built yet')
}
