import type { PlainRecord } from './record.js'

// each level takes several frames of the stack
const MAX_DEPTH = 500

/**
 * The object as the database and a terminal take it: half characters and NULs in texts become U+FFFD, and what lies
 * deeper than 500 levels becomes `[Array]` or `[Object]`.
 */
export function wellFormed(object: PlainRecord): PlainRecord {
  return membersOf(object, 0)
}

function wellFormedValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return wellFormedText(value)
  if (typeof value !== 'object' || value === null) return value
  const isList = Array.isArray(value)
  if (depth >= MAX_DEPTH) return isList ? '[Array]' : '[Object]'
  return isList
    ? value.map((item) => wellFormedValue(item, depth + 1))
    : membersOf(value as PlainRecord, depth)
}

function membersOf(object: PlainRecord, depth: number): PlainRecord {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [wellFormedText(name), wellFormedValue(value, depth + 1)]),
  )
}

function wellFormedText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd')
}
