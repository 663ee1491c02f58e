import { performance } from 'node:perf_hooks' // the real one, also where a test replaces the global
import type { RequestContext } from '@actionlog/core'

/** The request's times so far, for its `Server-Timing` header (https://www.w3.org/TR/server-timing/). */
export function serverTiming({ start, sql }: RequestContext): string {
  const now = performance.now()
  const { count, time } = sql.summary(now)
  const total = now - start
  const dur = (ms: number): string => `dur=${Math.max(0, ms).toFixed(3)}`
  return `total;${dur(total)}, sql;${dur(time)};desc="${count} statement${count === 1 ? '' : 's'}", node;${dur(total - time)}`
}
