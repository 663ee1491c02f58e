/** A column's name, which is the record's own field where there is one, and its DuckDB type. */
export type Columns = Readonly<Record<string, string>>

/** One row for each footprint: all its fields, so that nothing of a record is lost. Durations are milliseconds. */
export const requests: Columns = {
  id: 'BIGINT', // 0, 1, 2 … in the order of reading
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
  id: 'BIGINT', // in the order of reading, from FIRST_ACTION_ID on: unique over requests and actions
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

const batch = { rows: 'BIGINT' } // the rows that were summed up when the batch of sums was made

/**
 * Sums over the first rows of `requests`, made in batches while a large log is read (see `roll-up.ts`): an answer adds
 * the batches up to its window, and the few rows after them. `cell` is a short step of time, `bin` a narrow band of
 * waiting time.
 */
export const rollups = {
  rolled: { ...batch, grain: 'BIGINT' }, // a row for each finished batch; the length of its cells in milliseconds
  rolled_views: {
    ...batch,
    cell: 'TIMESTAMPTZ',
    view_name: 'VARCHAR',
    requests: 'BIGINT',
    errors: 'BIGINT',
    client_errors: 'BIGINT',
    aborted: 'BIGINT',
    long_lived: 'BIGINT',
    exceptions: 'BIGINT',
    repeats: 'BIGINT',
    waited: 'BIGINT', // requests that are in waiting_time
    waiting_time: 'DOUBLE',
    max: 'DOUBLE',
    sql_time: 'DOUBLE', // of the same requests
    statements: 'BIGINT',
    counted: 'BIGINT', // requests that are in statements
    first: 'TIMESTAMPTZ',
    last: 'TIMESTAMPTZ',
  },
  rolled_times: { ...batch, cell: 'TIMESTAMPTZ', bin: 'INTEGER', requests: 'BIGINT' },
  rolled_bins: { ...batch, view_name: 'VARCHAR', bin: 'INTEGER', requests: 'BIGINT' },
  rolled_users: { ...batch, user: 'VARCHAR' },
  rolled_versions: {
    ...batch,
    version: 'VARCHAR',
    first: 'TIMESTAMPTZ',
    last: 'TIMESTAMPTZ',
    requests: 'BIGINT',
  },
  rolled_agents: { ...batch, user_agent: 'VARCHAR', requests: 'BIGINT' },
} as const satisfies Readonly<Record<string, Columns>>

/** Columns as DuckDB's readers of JSON take them. */
export function readerColumns(columns: Columns): string {
  return `{${Object.entries(columns)
    .map(([name, type]) => `"${name}": '${type}'`)
    .join(', ')}}`
}

/** More than any log has requests. */
export const FIRST_ACTION_ID = 1e15

/** Labelled records are numbered by DuckDB's own row number, which takes no memory. */
export const ACTION_ID: string = `action_rows.rowid + ${FIRST_ACTION_ID} AS id`

/** The SQL that creates all tables. */
export const createTables: readonly string[] = [
  `CREATE TABLE live_requests (${definitionsOf(withoutId(requests))})`, // those that came since the log was loaded
  requestsView(),
  'CREATE VIEW requests AS SELECT * FROM request_rows',
  `CREATE TABLE action_rows (${definitionsOf(withoutId(actions))})`,
  `CREATE VIEW actions AS SELECT ${ACTION_ID}, * FROM action_rows`,
  `CREATE TABLE rejected (${definitionsOf(rejected)})`,
  ...Object.entries(rollups).map(([name, columns]) => `CREATE TABLE ${name} (${definitionsOf(columns)})`),
]

/**
 * The SQL that creates `request_rows`, or replaces it.
 * @param loaded SQL of the rows that are in no table
 * @param nextId the id of the first row that is in the table
 */
export function requestsView(loaded?: string, nextId = 0): string {
  const names = Object.keys(withoutId(requests))
    .map((name) => `"${name}"`)
    .join(', ')
  const live = `SELECT rowid + ${nextId} AS id, ${names} FROM live_requests`
  const rows = loaded === undefined ? live : `SELECT id, ${names} FROM (${loaded}) UNION ALL ${live}`
  return `CREATE OR REPLACE VIEW request_rows AS ${rows}`
}

/** The columns that are stored. */
export function withoutId({ id: _, ...columns }: Columns): Columns {
  return columns
}

function definitionsOf(columns: Columns): string {
  return Object.entries(columns)
    .map(([name, type]) => `"${name}" ${type}`)
    .join(', ')
}
