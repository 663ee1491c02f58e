import { formatTime, offsetAt } from '../../terminal/clock.js'

/** A time as a field of type `datetime-local` takes it, in the zone. */
export function toInput(time: number | undefined, timeZone: string): string {
  return time === undefined ? '' : formatTime(time, timeZone).replace(' ', 'T')
}

/** The time that such a field says; null if it says none. */
export function fromInput(value: FormDataEntryValue | null, timeZone: string): number | null {
  const asUtc = typeof value === 'string' ? Date.parse(`${value}Z`) : Number.NaN
  if (Number.isNaN(asUtc)) return null
  return asUtc - offsetAt(asUtc - offsetAt(asUtc, timeZone), timeZone)
}
