import { formatValue, type Unit, type Value } from '../../terminal/format-value.js'
import { formatCount } from '../../terminal/units.js'
import { scope } from '../state/scope.js'

export type { Unit }

/** A value as the report writes it; a list or an object as JSON. */
export function format(value: unknown, unit: Unit = 'text'): string {
  const isNested = typeof value === 'object' && value !== null
  return formatValue(isNested ? JSON.stringify(value) : (value as Value), unit, scope.value.timeZone)
}

/** `1 request`, `12 requests`. */
export function plural(count: number, word: string): string {
  return `${formatCount(count)} ${word}${count === 1 ? '' : 's'}`
}

/** The end of an id: the ids of one process begin alike. */
export function shortId(id: string | null): string {
  return id !== null && id.length > 12 ? `…${format(id.slice(-10))}` : format(id)
}
