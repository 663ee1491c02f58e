import type { ServerResponse } from 'node:http'
import type { RequestContext } from '@actionlog/core'

/** Adds the request's times so far to its `Server-Timing` header (https://www.w3.org/TR/server-timing/). */
export function addServerTiming(res: ServerResponse, request: RequestContext): void {
  const own = res.getHeader('Server-Timing') ?? []
  res.setHeader('Server-Timing', [own, serverTiming(request)].flat().map(String))
}

function serverTiming({ start, sql }: RequestContext): string {
  const now = performance.now()
  const { count, time } = sql.summary(now)
  const total = now - start
  const dur = (ms: number): string => `dur=${Math.max(0, ms).toFixed(3)}`
  return `total;${dur(total)}, sql;${dur(time)};desc="${count} statement${count === 1 ? '' : 's'}", node;${dur(total - time)}`
}
