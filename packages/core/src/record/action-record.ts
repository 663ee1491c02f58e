import { messageOf } from '../errors.js'
import { shown } from '../settings/options.js'
import { isoTime } from './iso-time.js'
import { type ActionRecord, FOOTPRINT } from './record.js'

/** Whether it may name a record: `undefined`, a record without a label, may. */
export function isLabel(label: unknown): label is string | undefined {
  return label === undefined || (typeof label === 'string' && label !== FOOTPRINT)
}

/** A record of the caller's own: time, label, request id, then its fields, which win. */
export function buildActionRecord(
  label: string | undefined,
  requestId: string | undefined,
  fields: Record<string, unknown>,
): ActionRecord {
  const record: ActionRecord = { time: isoTime(Date.now()) }
  if (label !== undefined) record.label_name = label
  if (requestId !== undefined) record.request_id = requestId
  return { ...record, ...fields }
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
  const read = (name: string): unknown => {
    try {
      return Reflect.get(fields, name)
    } catch (error) {
      return `[Throws: ${messageOf(error)}]`
    }
  }
  const entries = Object.keys(fields).map((name) => [name, read(name)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && typeof value !== 'function'))
}
