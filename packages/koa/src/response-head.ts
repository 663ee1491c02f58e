import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A response's status line and headers, as they went out. */
export interface Head {
  /** `undefined` until they did, and if there was no connection any more. */
  statusCode: number | undefined
  /** How much the connection had written before them. */
  offset: number
}

/** Follows the head of an HTTP/1 response, whoever sends it; `set` runs just before, over HTTP/2 too. */
export function trackHead(res: ServerResponse, socket: Socket, set: () => void): Head {
  const head: Head = { statusCode: res.headersSent ? res.statusCode : undefined, offset: 0 }
  const writeHead = res.writeHead as (...head: [number, unknown?, unknown?]) => ServerResponse
  res.writeHead = (statusCode: number, reason?: unknown, headers?: unknown) => {
    const again = res.headersSent
    if (!again) set()
    const offset = res.socket ? socket.bytesWritten : Number.NaN
    writeHead.call(res, statusCode, reason, headers)
    if (!again && socket.writable !== false) {
      head.statusCode = res.statusCode
      head.offset = offset
    }
    return res
  }
  return head
}
