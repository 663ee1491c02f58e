import {
  type ActionLog,
  ActionLogError,
  type ActionLogSettings,
  createActionLog,
  messageOf,
  processEnding,
  runInRequest,
} from '@actionlog/core'
import type { Context, Middleware, Next } from 'koa'
import { hasBody } from './body.js'
import { bindEvents } from './context-binding.js'
import { followApp } from './follow-app.js'
import { guard } from './guard.js'
import { requestId } from './request-id.js'
import { endIfClosed, followEnd } from './response-end.js'
import { followHead } from './response-head.js'
import { traceOf } from './trace.js'
import { setVisit, Visit, visitOf } from './visit.js'

/**
 * Makes the middleware that writes one footprint per request, when its response is finished or its client has left. Mount
 * it first, so that it sees every outcome and the whole time. Mounted again, below the app's own error handler or in an
 * app that a request is handed to, it writes no second record: it adds the exception that passes there, and the route
 * and the user where the first mount has none.
 * @param settings the settings, or an action log from `createActionLog()`. Without them the JSON in the environment
 *   variable `ACTION_LOG_SETTING` is read; without that, records go to stdout
 * @throws ActionLogError `invalid_settings` with all problems listed; `handler_failed` if a handler cannot open its sink
 */
export function actionLogMiddleware(settings?: ActionLogSettings<Context> | ActionLog): Middleware {
  const log = isActionLog(settings) ? settings : createActionLog(settings)
  const { ignore } = log.settings
  const ignored = log.begin(undefined)

  return function actionLog(ctx: Context, next: Next): Promise<unknown> {
    const known = findVisit(ctx, log)
    if (known === null) return next()
    if (known) return passInner(known, ctx, log, next)
    if (ignore && guard(log, 'ACTION_LOG_SETTING.ignore', () => ignore(ctx))) {
      guard(log, 'ignoring a request', () => setVisit(ctx.res, null))
      return runInRequest(ignored, next)
    }
    const survival = processEnding()
    if (survival) return survival.then(() => actionLog(ctx, next)) // or there would always be one more to deliver
    const visit = begin(ctx, log)
    return visit ? pass(visit, next) : next()
  }
}

/** The visit that an outer mount has begun; `null` for a request that leaves no record. */
function findVisit(ctx: Context, log: ActionLog): Visit | null | undefined {
  try {
    return visitOf(ctx.res)
  } catch (error) {
    reportUnfollowed(log, error)
    return null
  }
}

/** Follows a request; `undefined` if that is impossible, which is reported. */
function begin(ctx: Context, log: ActionLog): Visit | undefined {
  try {
    followApp(ctx, log)
    const { req, res } = ctx
    const { upgrade, traceparent } = req.headers
    const visit = new Visit(ctx, log, log.begin(requestId(ctx, log)), req, traceOf(traceparent, log))
    followEnd(visit, upgrade !== undefined)
    followHead(visit)
    setVisit(res, visit)
    guard(log, 'following a request', () => {
      if (hasBody(req)) bindEvents(req, visit.request)
      endIfClosed(visit)
    })
    return visit
  } catch (error) {
    reportUnfollowed(log, error)
    return undefined
  }
}

function reportUnfollowed(log: ActionLog, error: unknown): void {
  const message = `@actionlog/koa: a request could not be followed and leaves no footprint: ${messageOf(error)}`
  log.report(new ActionLogError('request_not_followed', message, { cause: error }))
}

async function pass(visit: Visit, next: Next): Promise<unknown> {
  try {
    return await runInRequest(visit.request, next)
  } catch (thrown) {
    visit.error = { thrown }
    throw thrown
  } finally {
    visit.isRunning = false
  }
}

async function passInner(visit: Visit, ctx: Context, log: ActionLog, next: Next): Promise<unknown> {
  guard(log, 'following a request', () => {
    followApp(ctx, log)
    visit.addMount(ctx, log)
  })
  try {
    return await next()
  } catch (thrown) {
    visit.noteError(thrown)
    throw thrown
  }
}

function isActionLog(settings: ActionLogSettings<Context> | ActionLog | undefined): settings is ActionLog {
  return typeof settings?.begin === 'function' && typeof settings.end === 'function'
}
