import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Context } from 'koa'

/** How a response ended. */
export interface ResponseEnd {
  /** The status that was sent; `undefined` if the connection closed before any header was. */
  readonly statusCode: number | undefined
  /** All of it was handed over. */
  readonly complete: boolean
}

/** Calls `onEnd` once: when the response is handed over, or its connection is gone. */
export function onResponseEnd(res: ServerResponse, socket: Socket, onEnd: (end: ResponseEnd) => void): void {
  // pipelined: it waits for the responses before it, and Node does not tell it of the connection's end
  const queued = res.socket === null
  let over = false
  const end = (): void => {
    if (over) return
    over = true
    if (queued) waitingOn(socket).delete(end)
    const complete = res.writableEnded && res.writableFinished && !res.destroyed
    const sent = res.headersSent && (complete || !queued || res.socket !== null)
    const ended = (): void => onEnd({ statusCode: sent ? res.statusCode : undefined, complete })
    // what broke the response is reported to Koa a moment after it closed
    if (complete) ended()
    else setImmediate(ended)
  }
  res.once('finish', end)
  res.once('close', end)
  if (queued) waitingOn(socket).add(end)
}

const waiting = new WeakMap<Socket, Set<() => void>>()

/** The ends of the responses that wait on this socket: one listener for all of them. */
function waitingOn(socket: Socket): Set<() => void> {
  let ends = waiting.get(socket)
  if (!ends) {
    ends = new Set()
    waiting.set(socket, ends)
    socket.once('close', () => {
      for (const end of waitingOn(socket)) end()
    })
  }
  return ends
}

/**
 * Whether an error Koa was told of is the client's doing: its connection broke, and the record says `aborted`.
 * Every other one is the application's, or its response stream's.
 */
export function brokenByClient(ctx: Context, thrown: NodeJS.ErrnoException): boolean {
  const socket = ctx.req.socket as Socket | undefined
  if (thrown.code === 'ERR_STREAM_PREMATURE_CLOSE') {
    // either end of the pipe may have closed: the response, or the body that was piped into it
    const { stream } = ctx.res as { stream?: { errored?: unknown } }
    if (stream) return stream.errored !== thrown
    return socket?.readableEnded === true || isNetworkError(socket?.errored)
  }
  return thrown === socket?.errored && thrown !== (ctx.body as { errored?: unknown } | undefined)?.errored
}

function isNetworkError(error: NodeJS.ErrnoException | null | undefined): boolean {
  return error?.syscall !== undefined
}
