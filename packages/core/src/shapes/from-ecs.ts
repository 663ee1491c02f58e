import { isObject } from '../record/json.js'
import type { ActionLogRecord } from '../record/record.js'
import { recordOf } from './record-of.js'

const FOOTPRINTS = 'actionlog.footprint'
const NS_PER_MS = 1_000_000

/** Whether `toEcs()` made it. */
export function isEcs(document: Record<string, unknown>): boolean {
  const dataset = at(document, 'event', 'dataset')
  return dataset === FOOTPRINTS || dataset === 'actionlog.action'
}

/** The record from which `toEcs()` made it. */
export function fromEcs(document: Record<string, unknown>): ActionLogRecord {
  const duration = at(document, 'event', 'duration')
  const { fields, ...own } = objectAt(document, 'actionlog')
  return recordOf(
    {
      time: document['@timestamp'],
      label_name: at(document, 'event', 'action'),
      request_id: at(document, 'http', 'request', 'id'),
      method: at(document, 'http', 'request', 'method'),
      url: at(document, 'url', 'original'),
      status_code: at(document, 'http', 'response', 'status_code'),
      user: at(document, 'user', 'id'),
      remote_ip: at(document, 'client', 'address'),
      user_agent: at(document, 'user_agent', 'original'),
      total_time: typeof duration === 'number' ? duration / NS_PER_MS : undefined,
      ex_type: at(document, 'error', 'type'),
      ex_message: at(document, 'error', 'message'),
      ex_stack: at(document, 'error', 'stack_trace'),
      trace_id: at(document, 'trace', 'id'),
      span_id: at(document, 'span', 'id'),
    },
    { ...own, ...objectAt(document, 'labels'), ...(isObject(fields) && fields) },
  )
}

function objectAt(document: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = at(document, name)
  return isObject(value) ? value : {}
}

function at(document: unknown, ...path: readonly string[]): unknown {
  let value = document
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  return value
}
