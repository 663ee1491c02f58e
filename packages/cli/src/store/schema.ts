/** A column's name, which is the record's own field where there is one, and its DuckDB type. */
export type Columns = Readonly<Record<string, string>>

/** One row for each footprint: all its fields, so that nothing of a record is lost. Durations are milliseconds. */
export const requests: Columns = {
  id: 'BIGINT', // in the order of reading, even: unique over requests and actions
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
  ex_stack: 'VARCHAR',
  sql_errors: 'INTEGER',
  sql_source: 'VARCHAR',
  sql_slowest: 'VARCHAR',
  sql_slowest_time: 'DOUBLE',
  sql_repeat: 'VARCHAR',
  sql_repeat_count: 'INTEGER',
  trace_id: 'VARCHAR',
  span_id: 'VARCHAR',
  extra: 'JSON', // what set() and the setting fields added
  other: 'JSON', // an object of the fields that are no column; null if there are none
}

/** One row for each labelled record. */
export const actions: Columns = {
  id: 'BIGINT', // in the order of reading, odd
  time: 'TIMESTAMPTZ',
  label_name: 'VARCHAR', // null for a record without a label
  request_id: 'VARCHAR',
  user: 'VARCHAR',
  fields: 'JSON', // the whole record
}

/** One row for each piece that is no record. */
export const rejected: Columns = {
  file: 'VARCHAR',
  byte_offset: 'BIGINT', // of the piece in the file, uncompressed
  line: 'BIGINT', // counted from 1
  reason: 'VARCHAR',
  text: 'VARCHAR', // its beginning
}

/** Columns as DuckDB's readers of JSON take them. */
export function readerColumns(columns: Columns): string {
  return `{${Object.entries(columns)
    .map(([name, type]) => `"${name}": '${type}'`)
    .join(', ')}}`
}

/** The ids of the two views, made of DuckDB's own row number, so they take no memory. */
export const REQUEST_ID = 'request_rows.rowid * 2 AS id'
export const ACTION_ID = 'action_rows.rowid * 2 + 1 AS id'

/** The SQL that creates the three tables. */
export const createTables: readonly string[] = [
  `CREATE TABLE request_rows (${definitionsOf(withoutId(requests))})`,
  `CREATE VIEW requests AS SELECT ${REQUEST_ID}, * FROM request_rows`,
  `CREATE TABLE action_rows (${definitionsOf(withoutId(actions))})`,
  `CREATE VIEW actions AS SELECT ${ACTION_ID}, * FROM action_rows`,
  `CREATE TABLE rejected (${definitionsOf(rejected)})`,
]

/** The columns that are stored. */
export function withoutId({ id: _, ...columns }: Columns): Columns {
  return columns
}

function definitionsOf(columns: Columns): string {
  return Object.entries(columns)
    .map(([name, type]) => `"${name}" ${type}`)
    .join(', ')
}
