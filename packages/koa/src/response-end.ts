import type { Server, ServerResponse } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { Context } from 'koa'
import type { Head } from './response-head.js'

/** How a response ended. */
export interface ResponseEnd {
  /** The status that was sent; `undefined` if the connection closed before any header was. */
  readonly statusCode: number | undefined
  /** All of it was handed over. */
  readonly complete: boolean
}

/** Calls `onEnd` once: when the response is handed over, or its connection is gone. */
export function onResponseEnd(
  res: ServerResponse,
  socket: Socket,
  head: Head,
  onEnd: (end: ResponseEnd) => void,
): void {
  // pipelined: it waits for the responses before it, and Node does not tell it of the connection's end
  const queued = res.socket === null && !res.writableEnded
  // in a Lambda or a test without a connection: it is finished before Node notes it
  const simulated = Boolean(res.socket) && res.socket !== socket && !http2Stream(res)
  let over = false
  const end = (finished: boolean): void => {
    if (over) return
    over = true
    if (queued) waitingOn(socket).delete(closed)
    const reached = finished || !queued || res.socket !== null
    const sent = reached ? statusOf(res, head) : undefined
    const refused = reached && sent === undefined ? refusalOf(socket) : undefined
    const complete = finished || refused !== undefined || (sent !== undefined && isBodyOut(res, socket, head))
    onEnd({ statusCode: sent ?? refused, complete })
  }
  const closed = (): void => end(isFinished(res, socket))
  // once: a listener left behind keeps the request alive until a full garbage collection
  res.once('finish', simulated ? () => end(true) : closed)
  res.once('close', closed)
  if (queued) waitingOn(socket).add(closed)
  if (isOver(res, socket)) closed() // before this middleware was reached
}

/** The stream under a response over HTTP/2. */
function http2Stream(res: ServerResponse): ServerHttp2Stream | undefined {
  return (res as { stream?: ServerHttp2Stream }).stream
}

function isOver(res: ServerResponse, socket: Socket): boolean {
  const stream = http2Stream(res)
  return stream ? stream.destroyed : res.closed || res.destroyed || res.writableFinished || socket.destroyed
}

function isFinished(res: ServerResponse, socket: Socket): boolean {
  const stream = http2Stream(res)
  // an app may answer by the stream itself
  if (stream?.headersSent && stream.rstCode === 0 && !stream.aborted) return true
  // Node calls a response finished, too, whose last write failed with its HTTP/1 connection
  const isLost = !stream && socket.destroyed && !socket.writableFinished
  return res.writableEnded && res.writableFinished && !res.destroyed && !isLost
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

function statusOf(res: ServerResponse, head: Head): number | undefined {
  const stream = http2Stream(res)
  return stream ? (stream.sentHeaders?.[':status'] as number | undefined) : head.statusCode
}

/** A client may leave with the last byte it was promised, before the body's stream has told of its end. */
function isBodyOut(res: ServerResponse, socket: Socket, head: Head): boolean {
  if (res.writableEnded || socket.writableLength > 0) return false
  const { _header: headers } = res as { _header?: unknown }
  const length = Number(res.getHeader('content-length') ?? Number.NaN)
  return typeof headers === 'string' && socket.bytesWritten - head.offset >= headers.length + length
}

/** What Node itself answers, in the application's place, to a request whose body is malformed or late. */
function refusalOf(socket: Socket): number | undefined {
  const { errored, server } = socket as { errored?: NodeJS.ErrnoException | null; server?: Server }
  if (!errored?.code || isClients(errored) || server?.listenerCount('clientError')) return undefined
  if (errored.code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408
  return errored.code.startsWith('HPE_') ? (REFUSALS[errored.code] ?? 400) : undefined
}

const REFUSALS: Record<string, number> = { HPE_CHUNK_EXTENSIONS_OVERFLOW: 413, HPE_HEADER_OVERFLOW: 431 }

/**
 * Whether an error Koa was told of is the client's doing: its connection broke, and the record says `aborted`.
 * Every other one is the application's, or its response stream's.
 */
export function brokenByClient(ctx: Context, thrown: NodeJS.ErrnoException): boolean {
  const socket = ctx.req.socket as Socket | undefined
  if (thrown.code === 'ERR_STREAM_PREMATURE_CLOSE') {
    // either end of the pipe may have closed: the response, or the body that was piped into it
    const stream = http2Stream(ctx.res)
    if (stream) return stream.errored !== thrown
    return socket?.readableEnded === true || isClients(socket?.errored)
  }
  const ofBody = (ctx.body as { errored?: unknown } | undefined)?.errored === thrown
  return thrown === socket?.errored && isClients(thrown) && !ofBody
}

/** An error of the network, or the end of a connection amid an upload. */
function isClients(error: NodeJS.ErrnoException | null | undefined): boolean {
  return error?.syscall !== undefined || error?.code === 'HPE_INVALID_EOF_STATE'
}
