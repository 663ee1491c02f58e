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
  sql_errors: number | null
  sql_source: string | null
  sql_slowest: string | null
  sql_slowest_time: number | null
  sql_repeat: string | null
  sql_repeat_count: number | null
  trace_id: string | null
  extra: Record<string, unknown> | null
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
