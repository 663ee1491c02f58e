import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createServer as createServer2, type ServerHttp2Session } from 'node:http2'
import { type AddressInfo, connect, type Server as NetServer } from 'node:net'
import type Koa from 'koa'
import type { Middleware } from 'koa'
import { gate, type RawClient, type Stage } from './case.js'
import type { Stack } from './stacks.js'

/** A logger under test: its middleware, and how many requests it has recorded so far. */
export interface Logger {
  readonly middleware: Middleware
  readonly count: () => number
  /** How long to wait for a record. @default 10000 */
  readonly maxWaitMs?: number
}

export interface OpenStage extends Stage {
  /** What Koa's callback rejected with: it failed over the application's error. */
  readonly failures: unknown[]
  /** Closes every connection and server. */
  close(): Promise<void>
}

export function openStage(stack: Stack, logger: Logger, above?: (app: Koa) => unknown): OpenStage {
  const ends: (() => unknown)[] = []
  const failures: unknown[] = []
  const { maxWaitMs = 10_000 } = logger

  const callback = async (build: (app: Koa) => unknown): Promise<ReturnType<Koa['callback']>> => {
    const app = new stack.Koa()
    app.silent = true
    await above?.(app)
    app.use(logger.middleware)
    await build(app)
    const handle = app.callback()
    return (req, res) => handle(req, res).catch((error: unknown) => void failures.push(error))
  }
  const listen = async (server: NetServer, closeAll: () => void): Promise<number> => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    ends.push(() => {
      closeAll()
      return new Promise((resolve) => server.close(resolve))
    })
    return (server.address() as AddressInfo).port
  }
  const listen1 = (server: Server): Promise<number> => listen(server, () => server.closeAllConnections())

  return {
    ...stack,
    failures,
    async serve(build, configure) {
      const server = createServer({ connectionsCheckingInterval: 20 }, await callback(build))
      configure?.(server)
      return listen1(server)
    },
    async serve2(build) {
      const server = createServer2(await callback(build))
      const sessions = new Set<ServerHttp2Session>()
      server.on('session', (session) => sessions.add(session))
      return listen(server, () => {
        for (const session of sessions) session.destroy()
      })
    },
    upstream: (listener) => listen1(createServer(listener)),
    async connect(port) {
      const client = rawClient(port)
      ends.push(() => client.socket.destroy())
      await once(client.socket, 'connect')
      return client
    },
    async recorded(count) {
      for (let waited = 0; logger.count() < count && waited < maxWaitMs; waited += 5) {
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
    onEnd: (end) => void ends.push(end),
    async close() {
      for (const end of ends.splice(0).reverse()) await end()
      // a record is written a moment after its connection closed
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

function rawClient(port: number): RawClient {
  const socket = connect(port, '127.0.0.1')
  const closed = gate()
  let data = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk) => (data += chunk))
  socket.on('error', () => {})
  socket.on('close', closed.open)
  return {
    socket,
    send: (bytes) => void socket.write(bytes, 'latin1'),
    async received(text) {
      while (!data.includes(text) && !socket.closed) {
        await Promise.race([once(socket, 'data'), closed.opened])
      }
      return data
    },
    closed: closed.opened.then(() => data),
  }
}
