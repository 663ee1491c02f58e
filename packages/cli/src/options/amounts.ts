import { UsageError } from '../usage-error.js'

/**
 * A whole number above 0.
 * @throws UsageError
 */
export function parseLimit(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const number = Number(text)
  if (/^\d+$/.test(text) && number > 0 && Number.isSafeInteger(number)) return number
  throw new UsageError(`${option} must be a whole number above 0; got ${JSON.stringify(text)}`)
}

const MS = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 }

/**
 * A duration in milliseconds: `500ms`, `1.5s`, `2min`; a bare number is milliseconds.
 * @throws UsageError
 */
export function parseDuration(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, amount, unit = 'ms'] = /^(\d{1,12}(?:\.\d{1,6})?) ?(ms|s|min|m|h)?$/.exec(text.trim()) ?? []
  if (amount) return Number(amount) * MS[unit as keyof typeof MS]
  throw new UsageError(`${option} must be a duration such as 500ms or 1.5s; got ${JSON.stringify(text)}`)
}

const BYTES = { b: 1, k: 1e3, kb: 1e3, m: 1e6, mb: 1e6, g: 1e9, gb: 1e9 }

/**
 * A size in bytes: `512MB`, `2GB`.
 * @throws UsageError
 */
export function parseBytes(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, amount, unit = 'b'] = /^(\d{1,15}(?:\.\d{1,3})?) ?(b|kb?|mb?|gb?)?$/i.exec(text.trim()) ?? []
  if (amount) return Math.round(Number(amount) * BYTES[unit.toLowerCase() as keyof typeof BYTES])
  throw new UsageError(`${option} must be a size such as 512MB or 2GB; got ${JSON.stringify(text)}`)
}
