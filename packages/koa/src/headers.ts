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
  const head: Head = { statusCode: undefined, offset: 0 }
  const { writeHead } = res
  res.writeHead = function (this: ServerResponse, ...args: unknown[]) {
    const again = res.headersSent
    if (!again) set()
    const offset = socket.bytesWritten
    const result = Reflect.apply(writeHead, this, args)
    if (!again && socket.writable) {
      head.statusCode = res.statusCode
      head.offset = offset
    }
    return result
  } as typeof writeHead
  return head
}
