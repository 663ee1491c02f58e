import type { IncomingMessage, ServerResponse } from 'node:http'
import { type RequestContext, runInRequest } from '@actionlog/core'

/** Whether a body comes with the request. */
export function hasBody({ headers, httpVersionMajor, readableEnded }: IncomingMessage): boolean {
  if (httpVersionMajor > 1) return !readableEnded
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** Whether a body is read while it is sent, not there as a whole (a text, bytes, an object for JSON). */
export function isReadWhileSent(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false
  try {
    const kind = Object.getPrototypeOf(body)
    return kind !== Object.prototype && kind !== Array.prototype && kind !== Buffer.prototype
  } catch {
    return false // a proxy that does not want to be known
  }
}

/**
 * Lets listeners run in the request's context: Node emits what happens on the connection outside of it, so
 * the callbacks of an upload, and a body's stream that goes on after a pause, would know of no request.
 */
export function bindEvents(message: IncomingMessage | ServerResponse, request: RequestContext): void {
  const { emit } = message
  message.emit = (...event: unknown[]) => runInRequest(request, () => Reflect.apply(emit, message, event))
}

/** Lets Koa go on in the request's context once the middleware is through, where its response needs it. */
export function bindThen(
  outcome: Promise<void>,
  request: RequestContext,
  isNeeded: () => boolean,
): Promise<void> {
  const bind = <Value, Result>(step: ((value: Value) => Result) | null | undefined) =>
    typeof step !== 'function'
      ? step
      : (value: Value) => (isNeeded() ? runInRequest(request, () => step(value)) : step(value))
  const { then } = outcome
  // biome-ignore lint/suspicious/noThenProperty: it is a promise
  outcome.then = (onDone, onFailed) => then.call(outcome, bind(onDone), bind(onFailed)) as never
  return outcome
}

/** How many wait for the response's end. */
export function endListeners(res: ServerResponse): number {
  return res.listenerCount('finish') + res.listenerCount('close')
}
