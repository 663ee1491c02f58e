import { messageOf } from '../errors.js'
import { shown } from '../settings/options.js'
import { isoTime } from './iso-time.js'
import { type ActionRecord, FOOTPRINT } from './record.js'

/** Whether it may name a record: `undefined`, a record without a label, may. */
export function isLabel(label: unknown): label is string | undefined {
  return label === undefined || (typeof label === 'string' && label !== FOOTPRINT)
}

/**
 * A record of the caller's own: time, label, request id, the constants, then the caller's fields, which win.
 * @param fields a copy, from `readFields()`
 */
export function buildActionRecord(
  fields: Record<string, unknown>,
  requestId: string | undefined,
  constants: Readonly<Record<string, unknown>> | undefined,
): ActionRecord {
  const record: ActionRecord = { time: isoTime(Date.now()) }
  if (fields.label_name !== undefined) record.label_name = fields.label_name as string
  if (requestId !== undefined) record.request_id = requestId
  return { ...record, ...constants, ...fields }
}

/**
 * A copy of the fields that have a value: neither undefined nor functions, as a toJSON() would speak for the
 * whole record. A getter that throws costs only its own field.
 * @throws TypeError for what has no fields
 */
export function readFields(fields: object): Record<string, unknown> {
  if (typeof fields !== 'object' || fields === null || fields instanceof Error || Symbol.iterator in fields) {
    throw new TypeError(`they must be an object of fields, got ${shown(fields)}`)
  }
  const read: Record<string, unknown> = {}
  for (const name of Object.keys(fields)) {
    const value = readField(fields, name)
    if (value === undefined || typeof value === 'function') continue
    if (name === '__proto__') Object.defineProperty(read, name, { value, enumerable: true })
    else read[name] = value
  }
  return read
}

function readField(fields: object, name: string): unknown {
  try {
    return (fields as Record<string, unknown>)[name]
  } catch (error) {
    return `[Throws: ${messageOf(error)}]`
  }
}
