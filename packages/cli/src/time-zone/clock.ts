const formats = new Map<string, Intl.DateTimeFormat>()

function formatIn(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (!format) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
    const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, ...parts, ...clock })
    formats.set(timeZone, format)
  }
  return format
}

/** `2026-11-22 09:00:12` in the zone: what `--since` takes, too. */
export function formatTime(ms: number, timeZone: string): string {
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? formatIn(timeZone).format(ms) : '?'
}

/** `09:00:12.123` in the zone. */
export function formatClock(ms: number, timeZone: string): string {
  const fraction = String(Math.floor(ms) - Math.floor(ms / 1_000) * 1_000).padStart(3, '0')
  return `${formatTime(ms, timeZone).slice(-8)}.${fraction}`
}

/** How far the zone's clocks are ahead of UTC at that time, in milliseconds. */
export function offsetAt(ms: number, timeZone: string): number {
  const whole = Math.floor(ms / 1_000) * 1_000
  return Date.parse(`${formatTime(whole, timeZone).replace(' ', 'T')}Z`) - whole
}
