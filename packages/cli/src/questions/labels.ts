import type { Store } from '../store/store.js'
import { filterOf } from './filter.js'
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
  store: Store,
  scope: Scope,
  _options: object = {},
  signal?: AbortSignal,
): Promise<Labels> {
  const filter = await filterOf(store, scope)
  const rows = await store.query<Omit<Label, 'fields'>>(
    `SELECT label_name, count(*) AS records, count(DISTINCT "user") AS users, min(time) AS first, max(time) AS last
    FROM actions WHERE ${filter.actions} GROUP BY label_name ORDER BY records DESC, label_name NULLS LAST`,
    filter.params,
    signal,
  )
  const fields = await store.query<{ label_name: string | null; name: string; records: number }>(
    `SELECT label_name, name, count(*) AS records
    FROM (SELECT label_name, unnest(list_distinct(json_keys(fields))) AS name FROM actions WHERE ${filter.actions})
    WHERE name NOT IN ('time', 'label_name', 'request_id')
    GROUP BY label_name, name ORDER BY records DESC, name`,
    filter.params,
    signal,
  )
  return {
    records: rows.reduce((sum, row) => sum + row.records, 0),
    labels: rows.map((row) => ({
      ...row,
      fields: fields
        .filter(({ label_name }) => label_name === row.label_name)
        .map(({ name, records }) => ({ name, records })),
    })),
  }
}
