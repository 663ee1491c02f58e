import type { RequestContext } from '@actionlog/core'

/** The `Server-Timing` header's value (https://www.w3.org/TR/server-timing/) as of now, in milliseconds. */
export function serverTiming({ start, sql }: RequestContext): string {
  const now = performance.now()
  const { count, time } = sql.summary(now)
  const total = now - start
  const dur = (ms: number): string => `dur=${Math.max(0, ms).toFixed(3)}`
  return `total;${dur(total)}, sql;${dur(time)};desc="${count} statement${count === 1 ? '' : 's'}", node;${dur(total - time)}`
}
