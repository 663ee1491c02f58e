import { requests } from '../store/schema.js'

/** What a line is. Only `other` lines need to be parsed. */
export const LINE = { request: 0, action: 1, blank: 2, other: 3 } as const
export type LineKind = (typeof LINE)[keyof typeof LINE]

const TIME = 30
const LABEL = 31
const UNWRAP = 32
const FOOTPRINT = Buffer.from('"footprint"')
const QUOTE = 0x22
const NEWLINE = 0x0a

// fields by the hash of their name: a column of requests (its bit), or what makes a line need a closer look
const kinds = new Map<number, number>()
const columns = Object.keys(requests).filter((name) => name !== 'id' && name !== 'time' && name !== 'other')
for (const [bit, name] of columns.entries()) kinds.set(hashOf(name), bit)
kinds.set(hashOf('time'), TIME)
kinds.set(hashOf('label_name'), LABEL)
for (const name of [
  'log',
  'message',
  'MESSAGE',
  '@timestamp',
  'attributes',
  'Attributes',
  'timeUnixNano',
  'Timestamp',
])
  kinds.set(hashOf(name), UNWRAP)
const SLOTS = 4_096
const hashes = new Int32Array(SLOTS)
const kindOf = new Int8Array(SLOTS).fill(-1)
for (const [hash, kind] of kinds) {
  const slot = Math.imul(hash, 0x9e3779b1) >>> 20
  if (kindOf[slot] !== -1) throw new Error('@actionlog/cli: two fields share a slot') // a test of the schema
  hashes[slot] = hash
  kindOf[slot] = kind
}

// what ends a run of plain characters in a string
const stopsAscii = new Uint8Array(256).fill(1, 0, 0x20)
stopsAscii[QUOTE] = 1
stopsAscii[0x5c] = 1
const stopsUtf8 = stopsAscii.slice()
stopsAscii.fill(1, 0x80)

let position = 0 // of the scan; shared, since an object per line would cost as much as the scan

/** Where the line that was scanned last ends: after its newline. */
export function lineEnd(): number {
  return position
}

/**
 * Looks at the line that begins at `start` and ends with a newline. It is a `request` or an `action` only if DuckDB
 * reads from it exactly what `JSON.parse` would: strict JSON without spaces, with a time in UTC, without doubtful
 * escapes and numbers, no field twice.
 * @param isUtf8 whether all of `bytes` is valid UTF-8
 */
export function scanLine(bytes: Uint8Array, start: number, isUtf8: boolean): LineKind {
  const kind = scanObject(bytes, start, isUtf8 ? stopsUtf8 : stopsAscii)
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
  let seen = 0
  let hasTime = false
  let hasUnknown = false
  let label = 0 // 1: footprint, 2: another
  do {
    if (bytes[++i] !== QUOTE) return LINE.other
    let hash = 0
    let byte = bytes[++i] as number
    while (stops[byte] === 0) {
      hash = (Math.imul(hash, 31) + byte) | 0
      byte = bytes[++i] as number
    }
    if (byte !== QUOTE || bytes[++i] !== 0x3a) return LINE.other
    i++
    const slot = Math.imul(hash, 0x9e3779b1) >>> 20
    const kind = hashes[slot] === hash ? (kindOf[slot] as number) : -1
    if (kind === UNWRAP) return LINE.other
    if (kind === TIME) {
      if (hasTime || !isTime(bytes, i)) return LINE.other
      hasTime = true
    } else if (kind === LABEL) {
      if (label !== 0) return LINE.other
      label = startsWith(bytes, i, FOOTPRINT) ? 1 : 2
    } else if (kind >= 0) {
      if (seen & (1 << kind)) return LINE.other
      seen |= 1 << kind
    } else hasUnknown = true
    i = scanValue(bytes, i, stops, 0)
    if (i < 0) return LINE.other
  } while (bytes[i] === 0x2c)
  if (bytes[i++] !== 0x7d) return LINE.other
  if (bytes[i] === 0x0d) i++
  if (bytes[i] !== NEWLINE || !hasTime || (label === 1 && hasUnknown)) return LINE.other
  position = i + 1
  return label === 1 ? LINE.request : LINE.action
}

/** @returns the index after the value, or -1 */
function scanValue(bytes: Uint8Array, start: number, stops: Uint8Array, depth: number): number {
  const first = bytes[start] as number
  if (first === QUOTE) return scanString(bytes, start + 1, stops)
  if (first === 0x2d || (first >= 0x30 && first <= 0x39)) return scanNumber(bytes, start)
  if (first === 0x6e) return startsWith(bytes, start, NULL) ? start + 4 : -1
  if (first === 0x74) return startsWith(bytes, start, TRUE) ? start + 4 : -1
  if (first === 0x66) return startsWith(bytes, start, FALSE) ? start + 5 : -1
  if (first === 0x7b || first === 0x5b) return depth < 64 ? scanNested(bytes, start, stops, depth + 1) : -1
  return -1
}

const NULL = Buffer.from('null')
const TRUE = Buffer.from('true')
const FALSE = Buffer.from('false')

function scanNested(bytes: Uint8Array, start: number, stops: Uint8Array, depth: number): number {
  const isObject = bytes[start] === 0x7b
  const close = isObject ? 0x7d : 0x5d
  let i = start + 1
  if (bytes[i] === close) return i + 1
  for (;;) {
    if (isObject) {
      if (bytes[i] !== QUOTE) return -1
      i = scanString(bytes, i + 1, stops)
      if (i < 0 || bytes[i++] !== 0x3a) return -1
    }
    i = scanValue(bytes, i, stops, depth)
    if (i < 0) return -1
    const byte = bytes[i++]
    if (byte === close) return i
    if (byte !== 0x2c) return -1
  }
}

/** @returns the index after the closing quote, or -1 */
function scanString(bytes: Uint8Array, start: number, stops: Uint8Array): number {
  let i = start
  for (;;) {
    let byte = bytes[i] as number
    while (stops[byte] === 0) byte = bytes[++i] as number
    if (byte === QUOTE) return i + 1
    if (byte !== 0x5c) return -1
    const escaped = bytes[i + 1] as number
    if (!ESCAPES[escaped]) return -1 // \u too: it may be half of a character, or NUL
    i += 2
  }
}

const ESCAPES = new Uint8Array(256)
for (const byte of Buffer.from('"\\/bfnrt')) ESCAPES[byte] = 1

/** A plain decimal of at most 15 digits. */
function scanNumber(bytes: Uint8Array, start: number): number {
  let i = bytes[start] === 0x2d ? start + 1 : start
  const digits = i
  while (isDigit(bytes[i] as number)) i++
  if (i === digits || (bytes[digits] === 0x30 && i > digits + 1)) return -1
  if (bytes[i] === 0x2e) {
    const decimals = ++i
    while (isDigit(bytes[i] as number)) i++
    if (i === decimals) return -1
  }
  return i - digits > 15 || (bytes[i] as number | 0x20) === 0x65 ? -1 : i
}

/** `"2026-11-26T09:00:00.250Z"`, as our handlers write it. */
function isTime(bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < TIME_SHAPE.length; i++) {
    const byte = bytes[start + i] as number
    const wanted = TIME_SHAPE[i] as number
    if (wanted === 0x30 ? !isDigit(byte) : byte !== wanted) return false
  }
  const month = pair(bytes, start + 6)
  const day = pair(bytes, start + 9)
  if (month < 1 || month > 12 || day < 1 || day > 28) return isLateDay(bytes, start, month, day)
  return pair(bytes, start + 12) < 24 && pair(bytes, start + 15) < 60 && pair(bytes, start + 18) < 60
}

const TIME_SHAPE = Buffer.from('"0000-00-00T00:00:00.000Z"')

function isLateDay(bytes: Uint8Array, start: number, month: number, day: number): boolean {
  const text = Buffer.from(bytes.subarray(start + 1, start + 25)).toString('latin1')
  const date = new Date(text)
  return date.getUTCMonth() + 1 === month && date.getUTCDate() === day && date.toISOString() === text
}

function pair(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) * 10 + (bytes[at + 1] as number) - 528
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

function startsWith(bytes: Uint8Array, start: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[start + i] !== wanted[i]) return false
  return true
}

function hashOf(name: string): number {
  let hash = 0
  for (const byte of Buffer.from(name)) hash = (Math.imul(hash, 31) + byte) | 0
  return hash
}
