import { footprintLine } from '../record/footprint-line.js'
import { toJson } from '../record/json.js'
import type { ActionLogRecord } from '../record/record.js'
import { toText } from '../record/text.js'

/** Writes a record out, its line end included. */
export type RecordFormat = (record: ActionLogRecord) => string

/** A record written out. A class, as V8 would keep object literals that live this long in its old space. */
export class WrittenRecord {
  readonly text: string
  /** How many the text has in UTF-8. */
  readonly bytes: number

  constructor(text: string, bytes: number) {
    this.text = text
    this.bytes = bytes
  }
}

/** Writes a record out for a queue. */
export type RecordWriter = (record: ActionLogRecord) => WrittenRecord

/**
 * The format of a handler's option `format`.
 * @param color for a terminal, in format text
 * @param maxBytes of a written-out record (UTF-8), from 1,024: what is longer has its longest fields cut, and
 * says so. By default about 1 Mi characters.
 */
export function recordFormat(format: 'text' | 'json', color = false, maxBytes?: number): RecordFormat {
  const write = recordWriter(format, color, maxBytes)
  return (record) => write(record).text
}

/** As {@link recordFormat}, with the size of what was written. */
export function recordWriter(format: 'text' | 'json', color = false, maxBytes?: number): RecordWriter {
  const write = (record: ActionLogRecord, room?: number): string =>
    format === 'json' ? `${toJson(record, room)}\n` : toText(record, color, room)
  return (record) => {
    const line = format === 'json' ? footprintLine(record) : undefined
    if (line !== undefined && (maxBytes === undefined || line.length <= maxBytes))
      return new WrittenRecord(line, line.length) // it is ASCII
    return fit(record, write, maxBytes)
  }
}

/** Less and less room for the fields, until all around them fits too. */
function fit(
  record: ActionLogRecord,
  write: (record: ActionLogRecord, room?: number) => string,
  maxBytes?: number,
): WrittenRecord {
  for (let room = maxBytes; ; room = (room as number) >> 1) {
    const text = write(record, room)
    const bytes = Buffer.byteLength(text)
    if (maxBytes === undefined || bytes <= maxBytes || room === 0) return new WrittenRecord(text, bytes)
  }
}
