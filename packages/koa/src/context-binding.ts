import type { IncomingMessage, ServerResponse } from 'node:http'
import { enterRequest, type RequestContext, runInRequest } from '@actionlog/core'
import type { Context } from 'koa'
import { isReadWhileSent } from './body.js'
import type { Visit } from './visit.js'

/**
 * Runs listeners in the request's context. Node emits the events of a connection outside of it, so the callbacks of an
 * upload, and a body's stream that resumes after a pause, would otherwise have no request.
 */
export function bindEvents(message: IncomingMessage | ServerResponse, request: RequestContext): void {
  const { emit } = message
  message.emit = (...event: unknown[]) => runInRequest(request, () => Reflect.apply(emit, message, event))
}

/**
 * Called when Koa begins to send the response. The middleware has ended, and its context with it; the context is entered
 * again if the body is only read now, or if the app waits for the response's end.
 */
export function bindRespond(visit: Visit, ctx: Context): void {
  if (visit.isRunning) return
  if (isReadWhileSent(ctx.body) || countEndListeners(visit.res) > visit.endListeners)
    enterRequest(visit.request)
  else visit.sendsWhole = true
}

/** How many listeners wait for the response's end; 0 for a simulated response without listeners. */
export function countEndListeners(res: ServerResponse): number {
  return typeof res.listenerCount === 'function'
    ? res.listenerCount('finish') + res.listenerCount('close')
    : 0
}
