import type { RequestFacts } from '@actionlog/core'
import { guard } from './guard.js'
import { userOf } from './user.js'
import { UNMATCHED, viewNameOf } from './view-name.js'
import type { Visit } from './visit.js'

const CLIENT_CLOSED_REQUEST = 499 // nginx's code for a client that left before it had an answer
const INTERNAL_SERVER_ERROR = 500 // for a client that could not be answered, as the application broke the connection

/** Writes the footprint of a visit that is over: its status, view name and user are decided here. */
export function writeFootprint(visit: Visit): void {
  // an event of the response calls it, so nothing may be thrown
  guard(visit.log, 'writing a footprint', () => visit.log.end(visit.request, factsOf(visit)))
}

/** The footprint's fields that the middleware knows, in the order and under the names of the record. */
function factsOf(visit: Visit): RequestFacts {
  return {
    method: visit.method,
    url: visit.log.settings.maskUrl(visit.url),
    view_name: viewName(visit),
    status_code: visit.status ?? (visit.isBroken ? INTERNAL_SERVER_ERROR : CLIENT_CLOSED_REQUEST),
    user: user(visit),
    remote_ip: remoteIp(visit),
    user_agent: visit.userAgent,
    head_time: visit.headTime,
    aborted: visit.isAborted && !visit.isBroken,
    error: visit.error,
    trace_id: visit.trace?.trace_id,
    span_id: visit.trace?.span_id,
  }
}

/** From the outermost mount, else from the first inner one that has one. */
function viewName({ ctx, log, inner }: Visit): string {
  let name = viewNameOf(ctx, log)
  if (inner) for (const mount of inner) if (name === UNMATCHED) name = viewNameOf(mount.ctx, mount.log)
  return name
}

/** From the outermost mount, else from the first inner one that has one. */
function user({ ctx, log, inner }: Visit): string | null {
  let name = userOf(ctx, log)
  if (inner) for (const mount of inner) name ??= userOf(mount.ctx, mount.log)
  return name
}

function remoteIp({ ctx, log, socket, address }: Visit): string {
  if (!socket) return '' // Koa would throw
  // a request that was destroyed, because the app did not want all of its body, has no socket any more
  const ip: unknown = guard(log, 'reading ctx.ip', () => (ctx.req.socket ? ctx.ip : ctx.ips[0]))
  return typeof ip === 'string' && ip !== '' ? ip : address
}
