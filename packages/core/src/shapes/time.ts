import type { Fields } from './fields.js'

// with a zone: without one, the time would depend on where this process runs
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/

/**
 * The record's time as milliseconds since 1970, if it is an ISO 8601 text with a zone, or such a number; none before
 * 1970, which neither schema's sinks take. The field is left if it is not the text that `Date.toISOString()` writes.
 */
export function takeTime(fields: Fields): number | undefined {
  const time = fields.left.get('time')
  const ms = typeof time === 'string' && ISO_TIME.test(time) ? Date.parse(time) : time
  if (typeof ms !== 'number' || !(new Date(ms).getTime() >= 0)) return undefined
  if (new Date(ms).toISOString() === time) fields.left.delete('time')
  return Math.trunc(ms)
}
