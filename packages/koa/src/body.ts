import type { IncomingMessage } from 'node:http'

/** Whether the request has a body. */
export function hasBody({ headers, httpVersionMajor, readableEnded }: IncomingMessage): boolean {
  if (httpVersionMajor > 1) return !readableEnded
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** Whether the body is a stream, read while it is sent, and not complete already (a text, bytes, an object for JSON). */
export function isReadWhileSent(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false
  try {
    const kind = Object.getPrototypeOf(body)
    return kind !== Object.prototype && kind !== Array.prototype && kind !== Buffer.prototype
  } catch {
    return false // a proxy that does not want to be known
  }
}
