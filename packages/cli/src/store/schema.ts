/** A column's name, which is the record's own field where there is one, and its DuckDB type. */
export type Columns = Record<string, string>

/** One row for each footprint. Durations are milliseconds, as in the record. */
export const requests: Columns = {
  id: 'BIGINT', // in the order of reading, unique over requests and actions
  time: 'TIMESTAMPTZ', // arrival
  request_id: 'VARCHAR',
  method: 'VARCHAR',
  url: 'VARCHAR',
  view_name: 'VARCHAR',
  status_code: 'INTEGER',
  user: 'VARCHAR',
  remote_ip: 'VARCHAR',
  user_agent: 'VARCHAR',
  sql_count: 'INTEGER',
  sql_time: 'DOUBLE',
  node_time: 'DOUBLE',
  total_time: 'DOUBLE',
  head_time: 'DOUBLE',
  aborted: 'BOOLEAN',
  ex_type: 'VARCHAR',
  ex_message: 'VARCHAR',
  sql_errors: 'INTEGER',
  sql_source: 'VARCHAR',
  sql_slowest: 'VARCHAR',
  sql_slowest_time: 'DOUBLE',
  sql_repeat: 'VARCHAR',
  sql_repeat_count: 'INTEGER',
  trace_id: 'VARCHAR',
  extra: 'JSON', // what set() and the setting fields added
}

/** One row for each labelled record. */
export const actions: Columns = {
  id: 'BIGINT',
  time: 'TIMESTAMPTZ',
  label_name: 'VARCHAR', // null for a record without a label
  request_id: 'VARCHAR',
  user: 'VARCHAR',
  fields: 'JSON', // the whole record
}

/** One row for each piece that is no record. */
export const rejected: Columns = {
  file: 'VARCHAR',
  byte_offset: 'BIGINT',
  line: 'BIGINT', // counted from 1
  reason: 'VARCHAR',
  text: 'VARCHAR', // its beginning
}
