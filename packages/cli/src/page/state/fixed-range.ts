import { computed } from '@preact/signals'
import { place } from './place.js'

/** The latest time of a Date. */
const MAX_TIME = 8.64e15

interface FixedRange {
  readonly from?: number
  readonly until?: number
}

/**
 * The range of time that the parameters of an address fix, in milliseconds since 1970. What somebody wrote there that
 * is no time, or no range, counts for nothing.
 */
export function fixedRangeOf(params: URLSearchParams): FixedRange {
  const [from, until] = ['from', 'until'].map((name) => timeOf(params.get(name)))
  const isWrong = (params.has('from') && from === undefined) || (params.has('until') && until === undefined)
  if (isWrong || (from !== undefined && until !== undefined && from >= until)) return {}
  return { ...(from !== undefined && { from }), ...(until !== undefined && { until }) }
}

export const fixedRange = computed<FixedRange>(() => fixedRangeOf(place.value.params))

function timeOf(text: string | null): number | undefined {
  const time = numberOf(text)
  return time !== undefined && Math.abs(time) <= MAX_TIME ? time : undefined
}

/** The number that a parameter of the address is. */
export function numberOf(text: string | null): number | undefined {
  return text !== null && text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined
}
