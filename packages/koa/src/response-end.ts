import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers' // the real one, also where a test replaces the global
import { refusalOf } from './client-fault.js'
import { countEndListeners } from './context-binding.js'
import { writeFootprint } from './facts.js'
import { followUpgrade } from './upgrade.js'
import { type Visit, type VisitedResponse, visitOf } from './visit.js'

/** Writes the visit's footprint once: when the response is finished, or its connection is closed. */
export function followEnd(visit: Visit, isUpgrade: boolean): void {
  const { res, socket, stream } = visit
  // Node emits no `close` on a response that waits for others or was detached when its connection ends
  visit.isQueued = socket !== undefined && res.socket === null && !res.writableEnded && isConnected(socket)
  visit.isSimulated = !stream && !visit.isQueued && (!socket || res.socket !== socket)
  res.on('finish', onFinish)
  res.on('close', onClose)
  visit.endListeners = countEndListeners(res)
  if (socket && isUpgrade && !stream) followUpgrade(visit, socket)
  if (socket && (visit.isQueued || isUpgrade)) visitsOn(socket).add(visit)
  if (visit.endListeners === 0 || (visit.isSimulated && !res.socket)) followEndCall(visit)
}

/** Whether the socket is connected, or was. */
function isConnected(socket: Socket): boolean {
  return !socket.pending || socket.destroyed
}

/** Ends a visit whose connection was closed before the middleware ran, or without a `close` event on its response. */
export function endIfClosed(visit: Visit): void {
  const { res, socket, stream } = visit
  const isClosed = stream
    ? stream.destroyed
    : res.closed || res.destroyed || res.writableFinished || socket?.destroyed
  if (isClosed) close(visit)
}

function onFinish(this: VisitedResponse): void {
  const visit = visitOf(this)
  if (visit) end(visit, visit.isSimulated || isFinished(visit))
}

function onClose(this: VisitedResponse): void {
  const visit = visitOf(this)
  if (visit) close(visit)
}

function close(visit: Visit): void {
  if (!visit.isOver) end(visit, isFinished(visit))
}

/** For a response that emits no events (it has no connection, or is a test double): the call of `end()` ends it. */
function followEndCall(visit: Visit): void {
  const { res } = visit
  const { end: endResponse } = res
  res.end = ((...args: unknown[]) => {
    const result: unknown = Reflect.apply(endResponse as (...args: unknown[]) => unknown, res, args)
    setImmediate(end, visit, true)
    return result
  }) as ServerResponse['end']
}

const onSockets = new WeakMap<Socket, Set<Visit>>()

/** The visits that must watch this socket themselves. One listener serves all of them. */
function visitsOn(socket: Socket): Set<Visit> {
  let visits = onSockets.get(socket)
  if (!visits) {
    visits = new Set()
    onSockets.set(socket, visits)
    socket.once('close', onSocketClose)
  }
  return visits
}

function onSocketClose(this: Socket): void {
  for (const visit of visitsOn(this)) close(visit)
}

function isFinished({ res, socket, stream }: Visit): boolean {
  // an app may write its answer to the stream itself
  if (stream?.headersSent && stream.rstCode === 0 && !stream.aborted) return true
  // Node also calls a response finished whose last write failed together with its HTTP/1 connection
  const isLost = !stream && socket?.destroyed && !socket.writableFinished
  return res.writableEnded && res.writableFinished && !res.destroyed && !isLost
}

function end(visit: Visit, finished: boolean): void {
  if (visit.isOver) return
  visit.isOver = true
  const { res, socket, isQueued } = visit
  if (socket) onSockets.get(socket)?.delete(visit)
  const reached = finished || !isQueued || res.socket !== null
  const sent = reached ? statusOf(visit, finished) : visit.rawStatus
  const refused = reached && sent === undefined ? refusalOf(visit) : undefined
  const isOut = visit.rawStatus !== undefined || (sent !== undefined && isBodyOut(visit))
  const complete = finished || refused !== undefined || isOut
  visit.status = sent ?? refused
  visit.isAborted = !complete
  // an error that ends the response, or follows its end, arrives a moment later
  if (complete && !visit.isRunning) writeFootprint(visit)
  else setImmediate(writeFootprint, visit)
}

/** The status that was sent; `undefined` if the connection closed before a head was sent. */
function statusOf(
  { res, stream, hasHead, headStatus, rawStatus }: Visit,
  finished: boolean,
): number | undefined {
  if (stream) return stream.sentHeaders?.[':status'] as number | undefined
  if (hasHead) return headStatus
  return rawStatus ?? (finished || res.headersSent ? res.statusCode : undefined)
}

/** Whether all bytes of `Content-Length` were sent: a client may leave then, before the body's stream ends. */
function isBodyOut({ res, socket, headOffset }: Visit): boolean {
  if (!socket || res.writableEnded || socket.writableLength > 0) return false
  const { _header: head } = res as { _header?: unknown }
  const length = Number(res.getHeader('content-length') ?? Number.NaN)
  return typeof head === 'string' && socket.bytesWritten - headOffset >= head.length + length
}
