const SHAPE = Buffer.from('"0000-00-00T00:00:00.000Z"')
const DAY_MS = 86_400_000

// the day scanned last: a log's lines are of the same day mostly
let dayKey = -1
let dayStart = Number.NaN

/**
 * Reads `"2026-11-26T09:00:00.250Z"`, as our handlers write it.
 * @returns milliseconds since 1970; NaN for a time in another form, or that does not exist
 */
export function scanTime(bytes: Uint8Array, start: number): number {
  for (let i = 0; i < SHAPE.length; i++) {
    const byte = bytes[start + i] as number
    const wanted = SHAPE[i] as number
    if (wanted === 0x30 ? byte < 0x30 || byte > 0x39 : byte !== wanted) return Number.NaN
  }
  const year = pair(bytes, start + 1) * 100 + pair(bytes, start + 3)
  const month = pair(bytes, start + 6)
  const day = pair(bytes, start + 9)
  const key = (year * 100 + month) * 100 + day
  if (key !== dayKey) {
    dayKey = key
    dayStart = startOf(year, month, day)
  }
  const hour = pair(bytes, start + 12)
  const minute = pair(bytes, start + 15)
  const second = pair(bytes, start + 18)
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN
  const ms = ((hour * 60 + minute) * 60 + second) * 1_000
  return dayStart + ms + pair(bytes, start + 21) * 10 + (bytes[start + 23] as number) - 0x30
}

/** NaN if there is no such day. */
function startOf(year: number, month: number, day: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return isDay ? Math.floor(date.getTime() / DAY_MS) * DAY_MS : Number.NaN
}

function pair(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) * 10 + (bytes[at + 1] as number) - 528
}
