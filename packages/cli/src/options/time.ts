import { formatTime } from '../time-zone/clock.js'
import { toInstant } from '../time-zone/offset.js'
import { UsageError } from '../usage-error.js'

/** What a time expression means: a moment, or a whole day, month …; `end` is not part of it. */
export interface TimeSpan {
  readonly start: number
  readonly end: number
}

const UNITS = { s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const AGO = /^-?(\d{1,9}(?:\.\d{1,3})?)(s|m|min|h|d|w)(?: ago)?$/
const DATE = /^(\d{4})-(\d\d)(?:-(\d\d))?$/
const CLOCK = /^(\d\d?):(\d\d)(?::(\d\d)(\.\d{1,3})?)?$/
const DATE_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d?:\d\d(?::\d\d(?:\.\d{1,3})?)?) ?(Z|[+-]\d\d:?\d\d)?$/i
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

export const TIME_HELP = '-3h, yesterday, 2026-11-22, "2026-11-22 09:00", 09:00'

/**
 * Reads a time as people write it: `-3h` (also s, m, d, w), `now`, `today`, `yesterday`, `monday` (the last one),
 * a month, a date, a clock time of today, a date with a time, with `Z` or an offset if it is not in the zone.
 * @param option the option's name, for the error
 * @param now in milliseconds since 1970
 * @throws UsageError
 */
export function parseTime(text: string, option: string, timeZone: string, now: number): TimeSpan {
  const written = text.trim().toLowerCase()
  const span = relative(written, timeZone, now) ?? absolute(text.trim(), timeZone, now)
  if (!span)
    throw new UsageError(`${option} must be a time such as ${TIME_HELP}; got ${JSON.stringify(text)}`)
  return span
}

function relative(text: string, timeZone: string, now: number): TimeSpan | undefined {
  const [, amount, unit] = AGO.exec(text) ?? []
  if (amount) return moment(now - Number(amount) * UNITS[unit as keyof typeof UNITS])
  const today = formatTime(now, timeZone).slice(0, 10)
  if (text === 'now') return moment(now)
  if (text === 'today') return days(today, 0, timeZone)
  if (text === 'yesterday') return days(today, -1, timeZone)
  const day = DAYS.indexOf(text)
  if (day < 0) return undefined
  const back = (new Date(`${today}T00:00Z`).getUTCDay() - day + 7) % 7
  return days(today, -back, timeZone)
}

function absolute(text: string, timeZone: string, now: number): TimeSpan | undefined {
  const [, year, month, date] = DATE.exec(text) ?? []
  if (year && date) return days(text, 0, timeZone)
  if (year) {
    const next = Number(month) === 12 ? `${Number(year) + 1}-01` : `${year}-${two(Number(month) + 1)}`
    return between(wall(`${text}-01`, '00:00', timeZone), wall(`${next}-01`, '00:00', timeZone))
  }
  if (CLOCK.test(text)) return moment(wall(formatTime(now, timeZone).slice(0, 10), text, timeZone))
  const [, onDay, clock, zone] = DATE_TIME.exec(text) ?? []
  return onDay ? moment(wall(onDay, clock as string, timeZone, zone)) : undefined
}

/** The day so many days after the date; a day is not always 24 hours long. */
function days(date: string, after: number, timeZone: string): TimeSpan | undefined {
  const midnight = Date.parse(`${date}T00:00Z`)
  const dateOf = (days: number): string => new Date(midnight + days * UNITS.d).toISOString().slice(0, 10)
  if (Number.isNaN(midnight) || dateOf(0) !== date) return undefined // no 30th of February
  return between(wall(dateOf(after), '00:00', timeZone), wall(dateOf(after + 1), '00:00', timeZone))
}

/** When the zone's clocks show that. */
function wall(date: string, clock: string, timeZone: string, zone?: string): number {
  const [, hour, minute, second = '0', fraction = ''] = CLOCK.exec(clock) ?? []
  if (!(Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60)) return Number.NaN
  const iso = `${date}T${two(Number(hour))}:${minute}:${two(Number(second))}${fraction}`
  const midnight = Date.parse(`${date}T00:00Z`)
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(date)) return Number.NaN
  if (zone) return Date.parse(iso + zone.toUpperCase().replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2'))
  return toInstant(Date.parse(`${iso}Z`), timeZone)
}

const two = (part: number): string => String(part).padStart(2, '0')

function moment(time: number | undefined): TimeSpan | undefined {
  return between(time, time)
}

function between(start: number | undefined, end: number | undefined): TimeSpan | undefined {
  return isDate(start) && isDate(end) ? { start, end } : undefined
}

/** Whether a Date can hold it: `-99999999d` is none. */
function isDate(time: number | undefined): time is number {
  return time !== undefined && !Number.isNaN(new Date(time).getTime())
}
