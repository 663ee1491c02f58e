import type { IncomingMessage, ServerResponse } from 'node:http'
import { type RequestContext, runInRequest } from '@actionlog/core'

/** Whether a body comes with the request. */
export function hasBody({ headers, httpVersionMajor, readableEnded }: IncomingMessage): boolean {
  if (httpVersionMajor > 1) return !readableEnded
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** Whether the response's body is read piece by piece. */
export function isStream(body: unknown): boolean {
  return typeof (body as { pipe?: unknown } | null | undefined)?.pipe === 'function'
}

/**
 * Lets listeners run in the request's context: Node emits what happens on the connection outside of it, so
 * the callbacks of an upload, and a body's stream that goes on after a pause, would know of no request.
 */
export function bindEvents(message: IncomingMessage | ServerResponse, request: RequestContext): void {
  const { emit } = message
  message.emit = (...event: unknown[]) => runInRequest(request, () => Reflect.apply(emit, message, event))
}

/** Lets Koa go on in the request's context once the middleware is through: only then it reads a body's stream. */
export function bindThen(outcome: Promise<void>, request: RequestContext): Promise<void> {
  const bind = <Value, Result>(step: ((value: Value) => Result) | null | undefined) =>
    step && ((value: Value) => runInRequest(request, () => step(value)))
  const { then } = outcome
  // biome-ignore lint/suspicious/noThenProperty: it is a promise
  outcome.then = (onDone, onFailed) => then.call(outcome, bind(onDone), bind(onFailed)) as never
  return outcome
}
