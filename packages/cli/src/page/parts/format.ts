import { formatClock, formatTime } from '../../terminal/clock.js'
import { inert } from '../../terminal/inert.js'
import { formatCount, formatMs, formatShare } from '../../terminal/units.js'
import { scope } from '../state/scope.js'

export const NONE = '–'

/** How a value is written: the same as in the report. */
export type Unit = 'text' | 'count' | 'ms' | 'share' | 'time' | 'clock'

export function format(value: unknown, unit: Unit = 'text'): string {
  if (value === null || value === undefined || value === '') return NONE
  if (typeof value !== 'number')
    return inert(typeof value === 'object' ? JSON.stringify(value) : String(value))
  switch (unit) {
    case 'count':
      return formatCount(value)
    case 'ms':
      return formatMs(value)
    case 'share':
      return formatShare(value)
    case 'time':
      return formatTime(value, scope.value.timeZone)
    case 'clock':
      return formatClock(value, scope.value.timeZone)
    case 'text':
      return String(value)
  }
}

/** `1 request`, `12 requests`. */
export function plural(count: number, word: string): string {
  return `${formatCount(count)} ${word}${count === 1 ? '' : 's'}`
}
