import { errorMonitor } from 'node:events'
import { type ActionLog, runInRequest } from '@actionlog/core'
import type { Context } from 'koa'
import { brokenByClient } from './client-fault.js'
import { bindRespond } from './context-binding.js'
import { guard } from './guard.js'
import { endIfClosed } from './response-end.js'
import { trackRoutes } from './route-tracking.js'
import { visitOf } from './visit.js'

const followed = new WeakSet<object>()

/** Follows a context's app from its first request on: its routers, its errors, and the start of its responses. */
export function followApp(ctx: Context, log: ActionLog): void {
  const { app } = ctx
  if (followed.has(app)) return
  followed.add(app)
  guard(log, 'following the routers', () => trackRoutes(ctx, log))
  guard(log, 'following the errors', () => followErrors(ctx, log))
  guard(log, 'following the responses', () => followRespond(ctx.app.context))
}

/** Notes the errors that Koa or the app's own error handler emits. */
function followErrors({ app }: Context, log: ActionLog): void {
  // a monitor does not count as a listener, so Koa still adds its own
  app.on(errorMonitor, (thrown: unknown, ctx: Context | undefined) => {
    guard(log, 'following an error', () => noteEmitted(thrown, ctx, log))
  })
  const { onerror } = app.context
  app.context.onerror = function (this: Context, thrown: Error): void {
    const visit = visitOf(this.res)
    if (!visit) return onerror.call(this, thrown)
    if (thrown === null || thrown === undefined) {
      // Koa gets the end of the connection even if the response was detached from it
      if (!visit.isOver && visit.socket?.destroyed) endIfClosed(visit)
      return onerror.call(this, thrown)
    }
    // not thrown through the middleware: a failed response stream, or the client's connection
    if (!visit.error && !guard(log, 'following an error', () => brokenByClient(visit, this, thrown))) {
      visit.noteError(thrown)
      visit.isBroken = true
    }
    runInRequest(visit.request, () => onerror.call(this, thrown))
  }
}

/** @param ctx what the app passed along with the error, which may be anything */
function noteEmitted(thrown: unknown, ctx: Context | undefined, log: ActionLog): void {
  const visit = visitOf(ctx?.res)
  if (!visit || !ctx || thrown === undefined || thrown === null) return
  if (!guard(log, 'following an error', () => brokenByClient(visit, ctx, thrown))) visit.noteError(thrown)
}

/** Koa reads `respond` from each context just before it sends the response. */
function followRespond(context: object): void {
  let value: unknown = Reflect.get(context, 'respond')
  Object.defineProperty(context, 'respond', {
    configurable: true,
    get(this: Context) {
      const visit = visitOf(this.res)
      if (visit) bindRespond(visit, this)
      return value
    },
    set(this: Context, own: unknown) {
      if (this === context) value = own
      else
        Object.defineProperty(this, 'respond', {
          configurable: true,
          enumerable: true,
          writable: true,
          value: own,
        })
    },
  })
}
