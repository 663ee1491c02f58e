import { toInstant } from '../time-zone/offset.js'

/** What a record's time means. */
export interface ReadTime {
  /** Milliseconds since 1970. */
  readonly ms: number
  /** Neither the text nor its field said a time zone. */
  readonly isAssumed: boolean
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const ISO =
  /^(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)? ?(Z|z|UTC|[+-]\d{2}(?::?\d{2})?)?$/
const NGINX = /^(\d{2})\/([A-Za-z]{3})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-]\d{4})$/
const NUMBER = /^\d{9,19}(?:\.\d{1,9})?$/

/**
 * Reads ISO 8601 with a point or a comma, second 60, nginx's form, django-actionlog's `YYYY/MM/DD HH:MM:SS`, and numbers since 1970
 * in seconds to nanoseconds.
 * @param assumedZone of a time that names none: an IANA name; `undefined` is this machine's
 * @returns `undefined` if it is no time
 */
export function readTime(value: unknown, assumedZone?: string): ReadTime | undefined {
  if (typeof value === 'number') return epoch(value)
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  if (NUMBER.test(text)) return epoch(Number(text))
  const iso = ISO.exec(text)
  if (iso) {
    const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = iso
    return at(
      [year, month, day, hour, minute, second].map(Number),
      Number(`0.${fraction || 0}`),
      zone,
      assumedZone,
    )
  }
  const nginx = NGINX.exec(text)
  if (!nginx) return undefined
  const [, day, name = '', year, hour, minute, second, zone] = nginx
  const month = MONTHS.indexOf(name.toLowerCase()) + 1
  return at([Number(year), month, ...[day, hour, minute, second].map(Number)], 0, zone, assumedZone)
}

function epoch(value: number): ReadTime | undefined {
  if (!(value >= 1e8 && value < 1e19)) return undefined
  const ms = value < 1e11 ? value * 1_000 : value < 1e14 ? value : value < 1e17 ? value / 1e3 : value / 1e6
  return { ms: Math.floor(ms + 1e-3), isAssumed: false } // a number of nanoseconds is not exact
}

function at(
  parts: readonly number[],
  fraction: number,
  zone: string | undefined,
  assumedZone: string | undefined,
): ReadTime | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60)
    return undefined
  const date = new Date(Date.UTC(2000, month - 1, day))
  date.setUTCFullYear(year, month - 1, day) // Date.UTC takes the year 99 for 1999
  if (date.getUTCDate() !== day) return undefined // the 30th of February
  const local =
    date.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000 + Math.floor(fraction * 1_000 + 1e-6)
  if (zone) return { ms: local - namedOffset(zone), isAssumed: false }
  return { ms: toInstant(local, assumedZone), isAssumed: true }
}

function namedOffset(zone: string): number {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? []
  if (!sign) return 0
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}
