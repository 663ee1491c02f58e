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

/** Local time minus UTC, in milliseconds. */
function offsetAt(time: number, timeZone: string): number {
  const parts: Record<string, number> = {}
  for (const { type, value } of formatOf(timeZone).formatToParts(time)) parts[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(time / 1000) * 1000
}

/** A local time twice corrected: the first offset may be that of the other side of a clock change. */
function toInstant(local: number, timeZone: string): number {
  const guess = local - offsetAt(local, timeZone)
  return local - offsetAt(guess, timeZone)
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (format) return format
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    throw new Error(
      `@actionlog/cli: the time zone must be an IANA name like Europe/Berlin, got ${JSON.stringify(timeZone)}`,
    )
  }
  formats.set(timeZone, format)
  return format
}
