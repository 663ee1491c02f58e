import { footprintLine } from '../record/footprint-line.js'
import { recordJson } from '../record/json.js'
import type { ActionLogRecord } from '../record/record.js'
import { toText } from '../record/text.js'

/** Formats a record as text, with its line end. */
export type RecordFormat = (record: ActionLogRecord) => string

/** A formatted record. A class, because V8 would move object literals that live this long to its old space. */
export class SizedRecord {
  readonly text: string
  /** The text's size in UTF-8. */
  readonly bytes: number

  constructor(text: string, bytes: number) {
    this.text = text
    this.bytes = bytes
  }
}

/** Formats a record as text, and tells the text's size, which a queue needs. */
export type SizedRecordFormat = (record: ActionLogRecord) => SizedRecord

/**
 * Makes the function that formats records, for a handler's option `format`.
 * @param color adds colours for a terminal; in the text format only
 * @param maxBytes the largest size of a formatted record (UTF-8), at least 1,024. The longest fields of a larger record
 * are cut, and say so. By default about 1 Mi characters.
 */
export function recordFormat(format: 'text' | 'json', color = false, maxBytes?: number): RecordFormat {
  const write = sizedRecordFormat(format, color, maxBytes)
  return (record) => write(record).text
}

/** The same as {@link recordFormat}, but the result has the text's size too. */
export function sizedRecordFormat(
  format: 'text' | 'json',
  color = false,
  maxBytes?: number,
): SizedRecordFormat {
  const write = (record: ActionLogRecord, room?: number): string =>
    format === 'json' ? `${recordJson(record, room)}\n` : toText(record, color, room)
  return (record) => {
    const line = format === 'json' ? footprintLine(record) : undefined
    if (line !== undefined && (maxBytes === undefined || line.length <= maxBytes))
      return new SizedRecord(line, line.length) // it is ASCII
    return fit(record, write, maxBytes)
  }
}

/** Shortens the fields more and more, until the whole record fits. */
function fit(
  record: ActionLogRecord,
  write: (record: ActionLogRecord, room?: number) => string,
  maxBytes?: number,
): SizedRecord {
  for (let room = maxBytes; ; room = (room as number) >> 1) {
    const text = write(record, room)
    const bytes = Buffer.byteLength(text)
    if (maxBytes === undefined || bytes <= maxBytes || room === 0) return new SizedRecord(text, bytes)
  }
}
