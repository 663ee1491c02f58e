import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Context } from 'koa'
import type { Visit } from './visit.js'

/**
 * Whether the client caused an error that Koa got: its connection broke, and the record says `aborted`. Every other
 * error comes from the application, or from its response stream.
 */
export function brokenByClient({ socket, stream }: Visit, ctx: Context, thrown: unknown): boolean {
  const { code } = Object(thrown) as NodeJS.ErrnoException
  if (code === 'ERR_STREAM_PREMATURE_CLOSE') {
    // either end of the pipe may have closed: the response, or the body that was piped into it
    if (stream) return stream.errored !== thrown
    return socket?.readableEnded === true || isClients(socket?.errored)
  }
  if (!socket || thrown !== socket.errored || !isClients(socket.errored)) return false
  return (ctx.body as { errored?: unknown } | null | undefined)?.errored !== thrown
}

/** An error of the network, or the end of a connection amid an upload. */
function isClients(error: NodeJS.ErrnoException | null | undefined): boolean {
  return error?.syscall !== undefined || error?.code === 'HPE_INVALID_EOF_STATE'
}

const BAD_REQUEST = 400
const REFUSALS: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
}

/** The status that Node itself sends, in place of the application, after an error of a connection without an answer. */
export function refusalOf({ socket, isQueued, bytesBefore }: Visit): number | undefined {
  const { errored, server } = (socket ?? {}) as Socket & { server?: Server }
  const error = errored as NodeJS.ErrnoException | null | undefined
  if (!socket || !error || isClients(error) || server?.listenerCount('clientError')) return undefined
  const code = error.code ?? ''
  const known = REFUSALS[code] ?? (code.startsWith('HPE_') ? BAD_REQUEST : undefined)
  // any other error, if Node wrote something: it cannot write to a connection that the error destroyed
  return known ?? (!isQueued && socket.bytesWritten > bytesBefore ? BAD_REQUEST : undefined)
}
