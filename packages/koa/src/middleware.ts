import { type ActionLog, type ActionLogSettings, createActionLog, runInRequest } from '@actionlog/core'
import type { Context, Middleware, Next } from 'koa'
import { activeSpan } from './active-span.js'
import { bindEvents, bindThen, hasBody, isStream } from './bind.js'
import { maskCredentials } from './credentials.js'
import { guard } from './guard.js'
import { trackHead } from './headers.js'
import { requestId } from './request-id.js'
import { brokenByClient, onResponseEnd } from './response-end.js'
import { serverTiming } from './server-timing.js'
import { traceparent } from './traceparent.js'
import { userOf } from './user.js'
import { trackRoutes, viewNameOf } from './view-name.js'

const CLIENT_CLOSED_REQUEST = 499 // nginx's word for a client that left before it had an answer
const INTERNAL_SERVER_ERROR = 500 // what a client could not be told whose connection the application broke
const SEEN: unique symbol = Symbol.for('@actionlog/koa/v1')

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

  return function actionLog(ctx: Context, next: Next): Promise<void> {
    if (SEEN in ctx) return next()
    if (ignore && guard(log, 'ACTION_LOG_SETTING.ignore', () => ignore(ctx)))
      return runInRequest(ignored, next)
    ctx[SEEN] = true
    guard(log, 'following the router', () => trackRoutes(ctx, log))

    const request = log.begin(requestId(ctx, requestIdHeader))
    const id = request.requestId as string
    // read now: a closed socket knows no address, and middleware may rewrite the rest
    const method = ctx.method
    const url = ctx.originalUrl
    const remoteIp = ctx.ip
    const trace = guard(log, 'reading the active span', activeSpan) ?? traceparent(ctx.get('traceparent'))
    let error: { thrown: unknown } | undefined
    let brokenHere = false
    let running = true

    if (requestIdHeader) ctx.set(requestIdHeader, id)
    const head = trackHead(ctx.res, ctx.req.socket, () => {
      // Koa removes all headers of a response that failed
      if (requestIdHeader && !ctx.res.hasHeader(requestIdHeader)) ctx.res.setHeader(requestIdHeader, id)
      if (log.settings.serverTiming) ctx.res.setHeader('Server-Timing', serverTiming(request))
      if (running || isStream(ctx.body)) bindEvents(ctx.res, request)
    })

    const koaOnError = ctx.onerror
    ctx.onerror = (thrown: Error): void => {
      // what was not thrown through here: a failed response stream, or the client's connection
      if (!error && thrown && !brokenByClient(ctx, thrown)) {
        error = { thrown }
        brokenHere = true
      }
      runInRequest(request, () => koaOnError.call(ctx, thrown))
    }

    onResponseEnd(ctx.res, ctx.req.socket, head, ({ statusCode, complete }) => {
      const write = (): void => {
        log.end(request, {
          method,
          url: log.settings.maskUrl(maskCredentials(url)),
          viewName: viewNameOf(ctx, log),
          statusCode: statusCode ?? (brokenHere ? INTERNAL_SERVER_ERROR : CLIENT_CLOSED_REQUEST),
          user: userOf(ctx, log),
          remoteIp,
          userAgent: ctx.get('user-agent') || null,
          aborted: !complete && !brokenHere,
          error,
          trace,
        })
      }
      // an error that ends the response, or follows its end, is told a moment later
      if (complete && !running) write()
      else setImmediate(write)
    })

    if (hasBody(ctx.req)) bindEvents(ctx.req, request)
    const outcome = runInRequest(request, async (): Promise<void> => {
      try {
        await next()
      } catch (thrown) {
        error = { thrown }
        throw thrown
      } finally {
        running = false
      }
    })
    return bindThen(outcome, request)
  }
}

function isActionLog(settings: ActionLogSettings<Context> | ActionLog | undefined): settings is ActionLog {
  return typeof settings?.begin === 'function' && typeof settings.end === 'function'
}
