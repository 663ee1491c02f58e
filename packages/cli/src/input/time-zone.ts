const formats = new Map<string, Intl.DateTimeFormat>()

/**
 * How far a zone's clocks are ahead of UTC.
 * @param local what the clocks show, as milliseconds
 * @param zone an IANA name; `undefined` is this machine's zone
 */
export function offsetOf(local: number, zone: string | undefined): number {
  const first = local - utcOffset(local, zone)
  return utcOffset(first, zone) // the clocks may change between the two
}

function utcOffset(ms: number, zone: string | undefined): number {
  if (zone === undefined) return -new Date(ms).getTimezoneOffset() * 60_000
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(zone, format)
  }
  const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1_000) * 1_000
}
