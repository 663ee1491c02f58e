import type { TimeRange } from './scope.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Says in words what makes two ranges hard to compare. */
export function cautionsOf(before: TimeRange, after: TimeRange, timeZone: string): string[] {
  const cautions: string[] = []
  if (before.from < after.until && after.from < before.until) cautions.push('The ranges overlap.')
  const [daysBefore, daysAfter] = [before, after].map((range) => daysOf(range, timeZone)) as [
    string[],
    string[],
  ]
  if (isWeekend(daysBefore) !== isWeekend(daysAfter)) {
    cautions.push(
      `Before is ${nameOf(daysBefore)}, after is ${nameOf(daysAfter)}: load differs between weekdays and weekends.`,
    )
  }
  const lengths = [before.until - before.from, after.until - after.from] as const
  const isPartOfDay = Math.min(...lengths) < DAY
  const distance = Math.abs(after.from - before.from) % DAY
  if (isPartOfDay && Math.min(distance, DAY - distance) > 2 * HOUR) {
    cautions.push('The ranges are at different times of the day: load differs by the hour.')
  }
  if (Math.max(...lengths) > 3 * Math.min(...lengths))
    cautions.push('One range is more than three times as long as the other.')
  return cautions
}

/** The weekdays that a range touches, each once. */
function daysOf({ from, until }: TimeRange, timeZone: string): string[] {
  const format = new Intl.DateTimeFormat('en', { timeZone, weekday: 'long' })
  const days = new Set<string>()
  for (let time = from; time < until && days.size < 7; time += HOUR) days.add(format.format(time))
  return [...days]
}

/** Undefined where a range has both. */
function isWeekend(days: readonly string[]): boolean | undefined {
  const weekend = days.filter((day) => day === 'Saturday' || day === 'Sunday').length
  if (weekend === 0) return false
  return weekend === days.length ? true : undefined
}

function nameOf(days: readonly string[]): string {
  return days.length <= 2 ? days.join(' and ') : `${days[0]} to ${days.at(-1)}`
}
