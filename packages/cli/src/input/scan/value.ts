const QUOTE = 0x22
const BACKSLASH = 0x5c
const MAX_DEPTH = 64
const NULL = Buffer.from('null')
const TRUE = Buffer.from('true')
const FALSE = Buffer.from('false')

// what ends a run of plain characters in a string
const stopsAscii = new Uint8Array(256).fill(1, 0, 0x20)
stopsAscii[QUOTE] = 1
stopsAscii[BACKSLASH] = 1
const stopsUtf8 = stopsAscii.slice()
stopsAscii.fill(1, 0x80)

/** For each byte whether it ends a run of plain characters. @param isUtf8 whether all of the text is valid UTF-8 */
export function stopsOf(isUtf8: boolean): Uint8Array {
  return isUtf8 ? stopsUtf8 : stopsAscii
}

// of the value scanned last; shared, since an object for each would cost as much as the scan
const number = new Float64Array(1) // a variable would make an object of each
let isInteger = false
let hasEscapes = false

/** The number scanned last. */
export function scannedNumber(): number {
  return number[0] as number
}

/** Whether the number scanned last has no decimals. */
export function isScannedInteger(): boolean {
  return isInteger
}

/** Whether the string scanned last has a `\` in it. */
export function isScannedEscaped(): boolean {
  return hasEscapes
}

/**
 * Scans one value of strict JSON without spaces, doubtful escapes and long numbers.
 * @returns the index after the value, or -1
 */
export function scanValue(bytes: Uint8Array, start: number, stops: Uint8Array, depth = 0): number {
  const first = bytes[start] as number
  if (first === QUOTE) return scanString(bytes, start + 1, stops)
  if (first === 0x2d || isDigit(first)) return scanNumber(bytes, start)
  if (first === 0x6e) return startsWith(bytes, start, NULL) ? start + 4 : -1
  if (first === 0x74) return startsWith(bytes, start, TRUE) ? start + 4 : -1
  if (first === 0x66) return startsWith(bytes, start, FALSE) ? start + 5 : -1
  if (first === 0x7b || first === 0x5b)
    return depth < MAX_DEPTH ? scanNested(bytes, start, stops, depth + 1) : -1
  return -1
}

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
  hasEscapes = false
  for (;;) {
    let byte = bytes[i] as number
    while (stops[byte] === 0) byte = bytes[++i] as number
    if (byte === QUOTE) return i + 1
    if (byte !== BACKSLASH || !ESCAPES[bytes[i + 1] as number]) return -1
    hasEscapes = true
    i += 2
  }
}

const ESCAPES = new Uint8Array(256)
for (const byte of Buffer.from('"\\/bfnrt')) ESCAPES[byte] = 1 // not \u: it may be half of a character, or NUL

const POWERS_OF_TEN = Float64Array.from({ length: 16 }, (_, i) => 10 ** i)

/** A plain decimal of at most 15 digits: its digits and the power of ten are exact, so their quotient is what JSON.parse gives. */
function scanNumber(bytes: Uint8Array, start: number): number {
  const isNegative = bytes[start] === 0x2d
  let i = isNegative ? start + 1 : start
  const digits = i
  let all = 0
  while (isDigit(bytes[i] as number)) all = all * 10 + (bytes[i++] as number) - 0x30
  if (i === digits || (bytes[digits] === 0x30 && i > digits + 1)) return -1
  isInteger = bytes[i] !== 0x2e
  if (!isInteger) {
    const decimals = ++i
    while (isDigit(bytes[i] as number)) all = all * 10 + (bytes[i++] as number) - 0x30
    if (i === decimals || i - digits > 15) return -1
    all /= POWERS_OF_TEN[i - decimals] as number
  }
  number[0] = isNegative ? -all : all
  return i - digits > 15 || ((bytes[i] as number) | 0x20) === 0x65 ? -1 : i
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

export function startsWith(bytes: Uint8Array, start: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[start + i] !== wanted[i]) return false
  return true
}
