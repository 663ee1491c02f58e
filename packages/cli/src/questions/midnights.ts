import { offsetAt, toInstant } from '../time-zone/offset.js'

const DAY = 86_400_000

/**
 * Gives every `step`-th midnight of the time zone, from the last one before `from` until `until`, in milliseconds since
 * 1970.
 * @throws Error that names the time zone if there is no such
 */
export function midnightsFrom(from: number, until: number, step: number, timeZone: string): number[] {
  const midnights: number[] = []
  const firstDay = Math.floor((from + offsetAt(from, timeZone)) / DAY) // days since 1970 of the local date
  for (let day = firstDay; ; day += step) {
    const midnight = toInstant(day * DAY, timeZone)
    if (midnight >= until) return midnights
    midnights.push(midnight)
  }
}
