import type { Store } from '../store/store.js'
import { fieldSql, isList, QUERY_KEYS } from './field.js'
import { filterOf } from './filter.js'
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
  store: Store,
  scope: Scope,
  options: SuggestOptions,
  signal?: AbortSignal,
): Promise<Suggest> {
  const { field, text = '', limit = 20 } = options
  const filter = await filterOf(store, scope)
  const { value, params, table } = sourceOf(field, scope)
  const values = await store.query<{ value: string; records: number }>(
    `SELECT value, count(*) AS records
    FROM (SELECT ${value} AS value FROM ${table} WHERE ${filter[table]})
    WHERE value IS NOT NULL AND contains(lower(value), lower($text))
    GROUP BY value ORDER BY records DESC, value LIMIT $limit`,
    { ...filter.params, ...params, text, limit },
    signal,
  )
  return { values }
}

const COLUMNS: ReadonlyMap<string, string> = new Map([
  ['view', 'view_name'],
  ['status', 'status_code'],
])

function sourceOf(
  field: string,
  scope: Scope,
): { value: string; params: Record<string, string | number>; table: 'requests' | 'actions' } {
  if (field === 'label') return { value: 'label_name', params: {}, table: 'actions' }
  if (field === 'field') return { value: FIELD_NAMES, params: {}, table: 'requests' }
  const { text, params } = fieldSql(COLUMNS.get(field) ?? field, scope.timeZone, 'suggest')
  return { value: isList(field) ? `unnest(${text})` : text, params, table: 'requests' }
}

/** SQL: the names that `Scope.fields` takes and that depend on the log. */
const FIELD_NAMES = `unnest(list_concat(
  list_transform(coalesce(${QUERY_KEYS}, []), lambda key: 'query.' || key),
  list_transform(coalesce(json_keys(extra), []), lambda key: 'extra.' || key)))`
