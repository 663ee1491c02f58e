import { actions, requests } from '../store/schema.js'

/** A request as lists show it: the record's own fields, and where it is in the store. */
export interface RequestRow {
  /** Its id in the store, unique over requests and labelled records. */
  id: number
  /** Milliseconds since 1970; null if the record has no time. */
  time: number | null
  request_id: string | null
  method: string | null
  url: string | null
  view_name: string | null
  status_code: number | null
  user: string | null
  remote_ip: string | null
  user_agent: string | null
  sql_count: number | null
  sql_time: number | null
  node_time: number | null
  total_time: number | null
  head_time: number | null
  aborted: boolean | null
  ex_type: string | null
  ex_message: string | null
  ex_stack: string | null
  sql_errors: number | null
  sql_source: string | null
  sql_slowest: string | null
  sql_slowest_time: number | null
  sql_repeat: string | null
  sql_repeat_count: number | null
  trace_id: string | null
  span_id: string | null
  extra: Record<string, unknown> | null
  /** Fields of the record that actionlog does not know; null if it has none. */
  other: Record<string, unknown> | null
}

/** A labelled record: its common fields, and all its fields as it has them. */
export interface ActionRow {
  /** Its id in the store, unique over requests and labelled records. */
  id: number
  time: number | null
  label_name: string | null
  request_id: string | null
  user: string | null
  /** The whole record. */
  fields: Record<string, unknown>
}

/** SQL for the columns of a {@link RequestRow} and of an {@link ActionRow}. */
export const REQUEST_COLUMNS: string = quoted(Object.keys(requests))
export const ACTION_COLUMNS: string = quoted(Object.keys(actions))

/** Reads the JSON of a row that {@link REQUEST_COLUMNS} made. */
export function toRequestRow(row: Record<string, unknown>): RequestRow {
  return { ...row, extra: parse(row.extra), other: parse(row.other) } as RequestRow
}

/** Reads the JSON of a row that {@link ACTION_COLUMNS} made. */
export function toActionRow(row: Record<string, unknown>): ActionRow {
  return { ...row, fields: parse(row.fields) ?? {} } as ActionRow
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ')
}

function parse(json: unknown): Record<string, unknown> | null {
  const value: unknown = typeof json === 'string' ? JSON.parse(json) : null
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
}
