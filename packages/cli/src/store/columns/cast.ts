import type { NumberType } from './number-column.js'

const DECIMAL = /^\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?\s*$/i
const MAX_INTEGER = 2 ** 31 - 1
const TRUTH: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['false', 0],
])

/** A value as a column of texts takes it: what is no text as JSON. */
export function toText(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined
  return typeof value === 'string' ? value : toJson(value)
}

export function toJson(value: unknown): string | undefined {
  return value === null ? undefined : JSON.stringify(value)
}

/** A value as a column of that type takes it; `undefined` if it is of another kind. */
export const toNumber: Readonly<Record<NumberType, (value: unknown) => number | undefined>> = {
  DOUBLE(value) {
    const number =
      typeof value === 'string' && DECIMAL.test(value)
        ? Number(value)
        : typeof value === 'boolean'
          ? Number(value)
          : value
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined
  },
  INTEGER(value) {
    const number = Math.round(toNumber.DOUBLE(value) ?? Number.NaN)
    return Math.abs(number) <= MAX_INTEGER ? number : undefined
  },
  BOOLEAN(value) {
    if (typeof value === 'string') return TRUTH.get(value.toLowerCase())
    if (typeof value === 'number') return value === 0 ? 0 : 1
    return typeof value === 'boolean' ? Number(value) : undefined
  },
  TIMESTAMPTZ(value) {
    const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
    return Number.isNaN(ms) ? undefined : ms
  },
}
