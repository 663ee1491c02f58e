import { ScannedRow, scannedColumns } from '../../store/columns/scanned-row.js'
import { fieldOf, isField, isWrapper, LABEL, nameSize, TIME } from './fields.js'
import { scanTime } from './time.js'
import { isScannedEscaped, isScannedInteger, scannedNumber, scanValue, startsWith, stopsOf } from './value.js'

/** What a line is. Only `other` lines need to be parsed. */
export const LINE = { request: 0, action: 1, blank: 2, other: 3 } as const
export type LineKind = (typeof LINE)[keyof typeof LINE]

const FOOTPRINT = Buffer.from('"footprint"')
const QUOTE = 0x22
const NEWLINE = 0x0a
const MAX_INTEGER = 2 ** 31 - 1
const NONE = 63

// which field followed each field last: lines of one program have the same order
const following = new Int8Array(64).fill(NONE)
const types = scannedColumns.map(({ type }) => type)

/** The columns of the line that was scanned last, if it is a request. */
export const scannedRow: ScannedRow = new ScannedRow()

let position = 0 // of the scan; shared, since an object per line would cost as much as the scan

/** Where the line that was scanned last ends: after its newline. */
export function lineEnd(): number {
  return position
}

/**
 * Looks at the line that begins at `start` and ends with a newline. It is a `request`, whose columns are in `scannedRow`,
 * or an `action` only if that says exactly what `JSON.parse` would: strict JSON without spaces, with a time in UTC, without
 * doubtful escapes and numbers, no field twice, and in a request each value of its column's type.
 * @param isUtf8 whether all of `bytes` is valid UTF-8
 */
export function scanLine(bytes: Uint8Array, start: number, isUtf8: boolean): LineKind {
  const kind = scanObject(bytes, start, stopsOf(isUtf8))
  if (kind !== LINE.other) return kind
  position = bytes.indexOf(NEWLINE, start) + 1
  return LINE.other
}

function scanObject(bytes: Uint8Array, start: number, stops: Uint8Array): LineKind {
  let i = start
  if (bytes[i] === 0x0d) i++
  if (bytes[i] === NEWLINE) {
    position = i + 1
    return LINE.blank
  }
  if (bytes[i] !== 0x7b) return LINE.other
  scannedRow.present = 0
  scannedRow.escaped = 0
  let seen = 0
  let hasTime = false
  let isPlain = true // whether it fits the columns
  let label = 0 // 1: footprint, 2: another
  let last = NONE
  do {
    if (bytes[++i] !== QUOTE) return LINE.other
    i++
    let field = following[last] as number
    if (field !== NONE && isField(bytes, i, field) && bytes[i + nameSize(field)] === QUOTE)
      i += nameSize(field)
    else {
      const name = i
      while (stops[bytes[i] as number] === 0) i++
      if (bytes[i] !== QUOTE) return LINE.other
      field = fieldOf(bytes, name, i)
      if (field >= 0) following[last] = field
    }
    if (bytes[++i] !== 0x3a) return LINE.other
    const value = ++i
    i = scanValue(bytes, value, stops)
    if (i < 0 || isWrapper(field)) return LINE.other
    if (field < 0) {
      isPlain = false
      continue
    }
    last = field
    if (field === TIME) {
      if (hasTime) return LINE.other
      hasTime = true
      scannedRow.time = scanTime(bytes, value)
      if (Number.isNaN(scannedRow.time)) return LINE.other
    } else if (field === LABEL) {
      if (label !== 0) return LINE.other
      label = startsWith(bytes, value, FOOTPRINT) ? 1 : 2
    } else {
      if (seen & (1 << field)) return LINE.other
      seen |= 1 << field
      isPlain &&= keepValue(field, bytes[value] as number, value, i)
    }
  } while (bytes[i] === 0x2c)
  if (bytes[i++] !== 0x7d) return LINE.other
  if (bytes[i] === 0x0d) i++
  if (bytes[i] !== NEWLINE || !hasTime || (label === 1 && !isPlain)) return LINE.other
  position = i + 1
  return label === 1 ? LINE.request : LINE.action
}

/** Keeps what was scanned for the field's column. @returns whether it is of the column's type */
function keepValue(field: number, first: number, start: number, end: number): boolean {
  if (first === 0x6e) return true // null
  const type = types[field]
  if (type === 'VARCHAR') {
    if (first !== QUOTE) return false
    if (isScannedEscaped()) scannedRow.escaped |= 1 << field
    scannedRow.starts[field] = start + 1
    scannedRow.ends[field] = end - 1
  } else if (type === 'JSON') {
    scannedRow.starts[field] = start
    scannedRow.ends[field] = end
  } else if (type === 'BOOLEAN') {
    if (first !== 0x74 && first !== 0x66) return false
    scannedRow.numbers[field] = first === 0x74 ? 1 : 0
  } else {
    if (first !== 0x2d && (first < 0x30 || first > 0x39)) return false
    const number = scannedNumber()
    if (type === 'INTEGER' && (!isScannedInteger() || Math.abs(number) > MAX_INTEGER)) return false
    scannedRow.numbers[field] = number
  }
  scannedRow.present |= 1 << field
  return true
}
