const formats = new Map<string | undefined, Intl.DateTimeFormat>()

/** `2026-11-22 09:00:12` in the zone: what `--since` takes, too. `undefined` is this machine's zone. */
export function formatTime(ms: number, timeZone: string | undefined): string {
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? formatIn(timeZone).format(ms) : '?'
}

/** `09:00:12.123` in the zone. */
export function formatClock(ms: number, timeZone: string): string {
  const fraction = String(Math.floor(ms) - Math.floor(ms / 1_000) * 1_000).padStart(3, '0')
  return `${formatTime(ms, timeZone).slice(-8)}.${fraction}`
}

function formatIn(timeZone: string | undefined): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (!format) {
    format = makeFormat(timeZone)
    formats.set(timeZone, format)
  }
  return format
}

function makeFormat(timeZone: string | undefined): Intl.DateTimeFormat {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
  try {
    return new Intl.DateTimeFormat('sv-SE', { timeZone, ...parts, ...clock })
  } catch {
    throw new Error(
      `@actionlog/cli: the time zone must be an IANA name like Europe/Berlin, got ${JSON.stringify(timeZone)}`,
    )
  }
}
