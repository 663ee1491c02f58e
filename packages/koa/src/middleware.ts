import { type ActionLog, type ActionLogSettings, createActionLog, runInRequest } from '@actionlog/core'
import type { Context, Middleware, Next } from 'koa'
import { activeSpan } from './active-span.js'
import { maskCredentials } from './credentials.js'
import { guard } from './guard.js'
import { onHeaders } from './headers.js'
import { requestId } from './request-id.js'
import { brokenByClient, onResponseEnd } from './response-end.js'
import { serverTiming } from './server-timing.js'
import { traceparent } from './traceparent.js'
import { userOf } from './user.js'
import { trackRoutes, viewNameOf } from './view-name.js'

const CLIENT_CLOSED_REQUEST = 499 // nginx's word for a client that left before it had an answer
const SEEN = Symbol.for('@actionlog/koa/v1')

/**
 * The middleware that writes one footprint per request, when its response is finished or its client is gone.
 * It goes first, so that it sees every outcome and the whole time; mounted a second time it does nothing.
 * @param settings `ACTION_LOG_SETTING`, or an action log made before; without it the JSON in the environment
 *   variable `ACTION_LOG_SETTING`, without that stdout
 * @throws ActionLogError with all problems of the settings listed
 */
export function actionLogMiddleware(settings?: ActionLogSettings<Context> | ActionLog): Middleware {
  const log = isActionLog(settings) ? settings : createActionLog(settings)
  const { ignore, requestIdHeader } = log.settings
  const ignored = log.begin(undefined)

  return async function actionLog(ctx: Context, next: Next): Promise<void> {
    if (SEEN in ctx) return next()
    if (ignore && guard(log, 'ACTION_LOG_SETTING.ignore', () => ignore(ctx)))
      return runInRequest(ignored, next)
    Object.defineProperty(ctx, SEEN, { value: true })
    guard(log, 'following the router', () => trackRoutes(ctx, log))

    const request = log.begin(requestId(ctx, requestIdHeader))
    const id = request.requestId as string
    // read now: a closed socket knows no address, and middleware may rewrite the rest
    const method = ctx.method
    const url = ctx.originalUrl
    const remoteIp = ctx.ip
    const trace = guard(log, 'reading the active span', activeSpan) ?? traceparent(ctx.get('traceparent'))
    let error: { thrown: unknown } | undefined
    let streamFailed = false

    if (requestIdHeader) ctx.set(requestIdHeader, id)
    if (log.settings.serverTiming)
      onHeaders(ctx.res, () => ctx.res.setHeader('Server-Timing', serverTiming(request)))

    const koaOnError = ctx.onerror
    ctx.onerror = (thrown: Error): void => {
      // what was not thrown through here: a failed response stream, or the client's connection
      if (!error && thrown && !brokenByClient(ctx, thrown)) {
        error = { thrown }
        streamFailed = ctx.res.headersSent
      }
      // Koa is about to remove all headers
      if (requestIdHeader) onHeaders(ctx.res, () => ctx.res.setHeader(requestIdHeader, id))
      koaOnError.call(ctx, thrown)
    }

    onResponseEnd(ctx.res, ctx.req.socket, ({ statusCode, complete }) => {
      log.end(request, {
        method,
        url: log.settings.maskUrl(maskCredentials(url)),
        viewName: viewNameOf(ctx, log),
        statusCode: statusCode ?? CLIENT_CLOSED_REQUEST,
        user: userOf(ctx, log),
        remoteIp,
        userAgent: ctx.get('user-agent') || null,
        aborted: !complete && !streamFailed,
        error,
        trace,
      })
    })

    try {
      await runInRequest(request, next)
    } catch (thrown) {
      error = { thrown }
      throw thrown
    }
  }
}

function isActionLog(settings: ActionLogSettings<Context> | ActionLog | undefined): settings is ActionLog {
  return typeof settings?.begin === 'function' && typeof settings.end === 'function'
}
