import { formatClock, formatTime } from '../time-zone/clock.js'
import { inert } from './inert.js'
import { formatCount, formatMs, formatShare } from './units.js'

/** How a value is written: `ms` is a duration, `share` lies between 0 and 1, `time` is milliseconds since 1970. */
export type Unit = 'text' | 'count' | 'ms' | 'share' | 'time' | 'clock' | 'change' | 'chart' | 'number'

export type Value = string | number | boolean | null | undefined | readonly (number | null)[]

const NONE = '–'

/** A value as people read it, with its unit; nothing in it can do anything to a terminal. */
export function formatValue(value: Value, unit: Unit, timeZone: string): string {
  if (value === null || value === undefined || value === '') return NONE
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'object') return ''
  if (typeof value === 'string') return inert(value)
  switch (unit) {
    case 'count':
      return formatCount(value)
    case 'ms':
      return formatMs(value)
    case 'share':
      return formatShare(value)
    case 'time':
      return formatTime(value, timeZone)
    case 'clock':
      return formatClock(value, timeZone)
    case 'change':
      return formatChange(value)
    default:
      return String(value)
  }
}

/** `2.4×` of a ratio above 1, `÷1.8` below. */
function formatChange(ratio: number): string {
  if (!Number.isFinite(ratio) || ratio <= 0) return NONE
  return ratio >= 1 ? `×${short(ratio)}` : `÷${short(1 / ratio)}`
}

function short(factor: number): string {
  return factor >= 9.95 ? factor.toFixed(0) : factor.toFixed(factor < 1.095 ? 2 : 1)
}
