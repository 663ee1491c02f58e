import { parseTime, TIME_HELP } from '../options/time.js'
import type { Scope, TimeRange } from '../questions/scope.js'
import { UsageError } from '../usage-error.js'

const LAST_TIME = 8.64e15 // of a Date

/**
 * The two ranges of `report compare A..B C..D`, or before and after `--at`: there as long as each other, unless
 * `--since` and `--until` say how long.
 * @param range the first and last record in the scope
 * @throws UsageError
 */
export function compareRanges(
  scope: Scope,
  at: string | undefined,
  [first, second]: readonly string[],
  range: TimeRange,
  now: number,
): { before: TimeRange; after: TimeRange } {
  if (at === undefined)
    return {
      before: parseRange(first as string, scope.timeZone, now),
      after: parseRange(second as string, scope.timeZone, now),
    }
  const { start: moment } = parseTime(at, '--at', scope.timeZone, now)
  if (moment <= range.from || moment >= range.until)
    throw new UsageError(`--at ${at}: there are no requests on both sides of it in this range`)
  const length = Math.min(moment - range.from, range.until - moment)
  return {
    before: { from: scope.from ?? moment - length, until: moment },
    after: { from: moment, until: scope.until ?? moment + length },
  }
}

/** `A..B`, where each side may be missing; or one word for a whole range: `yesterday`, `2026-11-22`. */
function parseRange(text: string, timeZone: string, now: number): TimeRange {
  const [from, until, ...more] = text.split('..')
  const what = 'A range of compare'
  if (until === undefined && more.length === 0) {
    const { start, end } = parseTime(text, what, timeZone, now)
    if (end > start) return { from: start, until: end }
  } else if (more.length === 0) {
    const start = from ? parseTime(from, what, timeZone, now).start : 0
    const end = until ? parseTime(until, what, timeZone, now).end : LAST_TIME
    if (end > start) return { from: start, until: end }
  }
  throw new UsageError(
    `${what} must be a day, or FROM..UNTIL with times such as ${TIME_HELP}; got ${JSON.stringify(text)}`,
  )
}
