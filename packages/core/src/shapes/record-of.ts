import { type ActionLogRecord, FOOTPRINT } from '../record/record.js'
import { present } from './present.js'

/** The fields that actionlog knows, in a footprint's order. */
// biome-ignore format: a list to be read at a glance
const ORDER = [
  'time', 'label_name', 'request_id', 'method', 'url', 'view_name', 'status_code', 'user', 'remote_ip', 'user_agent',
  'sql_count', 'sql_time', 'node_time', 'total_time', 'head_time', 'aborted', 'ex_type', 'ex_message', 'ex_stack',
  'sql_errors', 'sql_source', 'sql_slowest', 'sql_slowest_time', 'sql_repeat', 'sql_repeat_count', 'trace_id', 'span_id',
  'extra',
]
/** What shapes leave out of a footprint. */
const LEFT_OUT = { user: null, remote_ip: '', user_agent: null }

/**
 * A record of fields in their order.
 * @param translated what the shape says under its schema's names; undefined is nothing
 * @param own what it says under their own names; these win
 */
export function recordOf(translated: Record<string, unknown>, own: Record<string, unknown>): ActionLogRecord {
  const isFootprint = translated.label_name === FOOTPRINT
  const fields: Record<string, unknown> = { ...(isFootprint && LEFT_OUT), ...present(translated), ...own }
  const known = ORDER.filter((name) => Object.hasOwn(fields, name)).map((name) => [name, fields[name]])
  return { ...Object.fromEntries(known), ...fields }
}
