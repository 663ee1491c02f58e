import type { ServerResponse } from 'node:http'
import {
  type ActionLog,
  type ActionLogSettings,
  createActionLog,
  type RequestContext,
  runInRequest,
} from '@actionlog/core'
import type { Context, Middleware, Next } from 'koa'
import { activeSpan } from './active-span.js'
import { bindEvents, bindThen, endListeners, hasBody, isReadWhileSent } from './context-binding.js'
import { maskCredentials } from './credentials.js'
import { guard } from './guard.js'
import { requestId } from './request-id.js'
import { brokenByClient, onResponseEnd } from './response-end.js'
import { trackHead } from './response-head.js'
import { isTracked, trackRoutes } from './route-tracking.js'
import { addServerTiming } from './server-timing.js'
import { traceparent } from './traceparent.js'
import { userOf } from './user.js'
import { viewNameOf } from './view-name.js'

const CLIENT_CLOSED_REQUEST = 499 // nginx's word for a client that left before it had an answer
const INTERNAL_SERVER_ERROR = 500 // what a client could not be told whose connection the application broke
// Node's own, also where a test's clock has replaced it since
const { setImmediate } = globalThis
const VISIT = '@actionlog/koa/v1' // a symbol would cost each request more

/** What a request's parts tell each other while it runs. */
interface Visit {
  readonly request: RequestContext
  /** The middleware after this one have not settled. */
  running: boolean
  /** Koa was told of an error, and is about to remove all headers. */
  failed: boolean
  error: { readonly thrown: unknown } | undefined
  /** The error was not thrown through here: it broke the response. */
  brokenHere: boolean
}

/** On the response, not on a context: an app may hand it on to another. */
interface Visited extends ServerResponse {
  [VISIT]?: Visit
}

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
    if (!isTracked(ctx)) guard(log, 'following the app', () => follow(ctx, log))
    if (VISIT in ctx.res) return next()
    if (ignore && guard(log, 'ACTION_LOG_SETTING.ignore', () => ignore(ctx)))
      return runInRequest(ignored, next)

    const request = log.begin(requestId(ctx, requestIdHeader))
    // read now: a closed socket knows no address, and middleware may rewrite the rest
    const { req, res, method, originalUrl: url } = ctx
    const { remoteAddress = '' } = req.socket
    const { traceparent: parent, 'user-agent': userAgent } = req.headers
    const trace = guard(log, 'reading the active span', activeSpan) ?? traceparent(parent)
    const visit: Visit = { request, running: true, failed: false, error: undefined, brokenHere: false }
    ;(res as Visited)[VISIT] = visit

    const identify = (): void => {
      if (requestIdHeader && !res.headersSent) res.setHeader(requestIdHeader, request.requestId as string)
    }
    identify()
    const head = trackHead(res, req.socket, () =>
      guard(log, 'preparing the headers', () => {
        if (visit.failed) identify()
        if (log.settings.serverTiming) addServerTiming(res, request)
        if (visit.running || isReadWhileSent(ctx.body)) bindEvents(res, request)
      }),
    )

    onResponseEnd(res, req.socket, head, ({ statusCode, complete }) => {
      const write = (): void => {
        log.end(request, {
          method,
          url: log.settings.maskUrl(maskCredentials(url)),
          view_name: viewNameOf(ctx, log),
          status_code: statusCode ?? (visit.brokenHere ? INTERNAL_SERVER_ERROR : CLIENT_CLOSED_REQUEST),
          user: userOf(ctx, log),
          remote_ip: guard(log, 'reading ctx.ip', () => ctx.ip) || remoteAddress,
          user_agent: userAgent || null,
          aborted: !complete && !visit.brokenHere,
          error: visit.error,
          trace_id: trace?.traceId,
          span_id: trace?.spanId,
        })
      }
      // an error that ends the response, or follows its end, is told a moment later
      if (complete && !visit.running) write()
      else setImmediate(write)
    })

    if (hasBody(req)) bindEvents(req, request)
    const listening = endListeners(res)
    const outcome = runInRequest(request, next).then(
      () => {
        visit.running = false
      },
      (thrown: unknown) => {
        visit.running = false
        visit.error = { thrown }
        throw thrown
      },
    )
    return bindThen(outcome, request, () => isReadWhileSent(ctx.body) || endListeners(res) > listening)
  }
}

/** From an app's first request on: its routers, and the errors Koa is told of. */
function follow(ctx: Context, log: ActionLog): void {
  trackRoutes(ctx, log)
  const { context } = ctx.app
  const { onerror } = context
  context.onerror = function (this: Context, thrown: Error): void {
    const visit = (this.res as Visited)[VISIT]
    if (!visit) return onerror.call(this, thrown)
    visit.failed = true
    // what was not thrown through the middleware: a failed response stream, or the client's connection
    if (!visit.error && thrown && !guard(log, 'following an error', () => brokenByClient(this, thrown))) {
      visit.error = { thrown }
      visit.brokenHere = true
    }
    runInRequest(visit.request, () => onerror.call(this, thrown))
  }
}

function isActionLog(settings: ActionLogSettings<Context> | ActionLog | undefined): settings is ActionLog {
  return typeof settings?.begin === 'function' && typeof settings.end === 'function'
}
