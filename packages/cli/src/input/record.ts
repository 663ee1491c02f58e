import { fromShape } from '@actionlog/core/shapes'
import type { Columns } from '../store/schema.js'
import { requests } from '../store/schema.js'
import type { FieldMap } from './field-map.js'
import { readTime } from './time.js'

export type PlainRecord = Record<string, unknown>

export interface RecordOptions {
  /** The zone of times that name none: an IANA name. Default: this machine's. */
  readonly assumedZone?: string | undefined
  /** Reads other people's access logs. */
  readonly map?: FieldMap | undefined
}

export type ReadRecord =
  | { readonly record: PlainRecord; readonly isTimeAssumed: boolean }
  | { readonly reason: string }

/** Makes our record of a well-formed object: by its shape, by the map, and with its time in ISO 8601. */
export function readRecord(object: PlainRecord, { assumedZone, map }: RecordOptions): ReadRecord {
  const record: PlainRecord = (fromShape(object) as PlainRecord | undefined) ?? map?.(object) ?? object
  if (record.time === undefined || record.time === null) return { reason: 'has no time' }
  const time = readTime(record.time, assumedZone)
  if (!time) return { reason: `has a time that cannot be read: ${JSON.stringify(record.time).slice(0, 60)}` }
  return {
    record: { ...record, time: new Date(time.ms).toISOString() },
    isTimeAssumed: time.isAssumed,
  }
}

/** A record of the text format: its values are texts, those that a column wants otherwise are JSON. */
export function readTextRecord(fields: Readonly<Record<string, string>>): PlainRecord {
  return Object.fromEntries(
    Object.entries(fields).map(([name, text]) => [name, isText(name, text) ? text : fromJson(text)]),
  )
}

const COLUMNS: Columns = requests

function isText(name: string, text: string): boolean {
  return COLUMNS[name] === 'VARCHAR' ? text !== 'null' : name === 'time'
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
