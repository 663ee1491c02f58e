import type { Socket } from 'node:net'
import type { Visit } from './visit.js'

const STATUS_LINE = /^HTTP\/1\.\d (\d{3})/

/**
 * Follows a request that asks for another protocol (a WebSocket). Whoever accepts it writes the answer directly to the
 * connection, not to the response. The first write shows its status; after it the socket is as it was before.
 */
export function followUpgrade(visit: Visit, socket: Socket): void {
  const methods = ['write', 'end'] as const
  const before = methods.map((name) => [name, Object.getOwnPropertyDescriptor(socket, name)] as const)
  const restore = (): void => {
    for (const [name, own] of before) {
      if (own) Object.defineProperty(socket, name, own)
      else Reflect.deleteProperty(socket, name)
    }
  }
  for (const name of methods) {
    const method = socket[name] as (...args: unknown[]) => unknown
    const value = (...args: unknown[]): unknown => {
      restore()
      visit.rawStatus = statusIn(args[0])
      return Reflect.apply(method, socket, args)
    }
    Object.defineProperty(socket, name, { configurable: true, writable: true, value })
  }
}

function statusIn(chunk: unknown): number | undefined {
  const start = chunk instanceof Uint8Array ? Buffer.from(chunk.subarray(0, 16)).toString('latin1') : chunk
  const status = typeof start === 'string' ? STATUS_LINE.exec(start)?.[1] : undefined
  return status === undefined ? undefined : Number(status)
}
