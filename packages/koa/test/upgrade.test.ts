import { createServer, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ActionLog, createActionLog } from '@actionlog/core'
import { memoryHandler } from '@actionlog/core/testing'
import { actionLogMiddleware } from '@actionlog/koa'
import Koa, { type Middleware } from 'koa'
import easyWebSocket from 'koa-easy-ws'
import { WebSocket } from 'undici'
import { exchange } from './safety.js'
import { until } from './serve.js'

const websocket = easyWebSocket as unknown as () => Middleware // its types know no ESM
const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** An app that accepts WebSockets; `byEvent`: its server hands upgrades on itself. */
async function open(answer: Middleware, byEvent = false) {
  const handler = memoryHandler()
  const problems: string[] = []
  const log: ActionLog = createActionLog({ handler, onError: (error) => problems.push(error.message) })
  const app = Object.assign(new Koa(), { silent: true })
  app.use(actionLogMiddleware(log)).use(websocket()).use(answer)
  const callback = app.callback()
  const server = createServer(callback).listen(0, '127.0.0.1')
  if (byEvent) server.on('upgrade', (req) => void callback(req, new ServerResponse(req)))
  ends.push(() => {
    server.closeAllConnections()
    server.close()
  })
  await until(() => server.listening)
  return { handler, problems, port: (server.address() as AddressInfo).port }
}

/** Sends a message over a WebSocket; the answer to it. */
async function talk(port: number): Promise<unknown> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`)
  const answer = new Promise((resolve, reject) => {
    socket.addEventListener('message', ({ data }) => resolve(data))
    socket.addEventListener('error', reject)
  })
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  socket.send('hello')
  try {
    return await answer
  } finally {
    socket.close()
  }
}

const echo: Middleware = async (ctx) => {
  const socket = await ctx.ws()
  socket.on('message', (data: Buffer) => socket.send(`${data}!`))
}

test.each([
  ['by the server', false],
  ["in the server's event", true],
])('an accepted WebSocket, handed on %s, has one record with 101', async (_, byEvent) => {
  const { handler, problems, port } = await open(echo, byEvent)
  expect(await talk(port)).toBe('hello!')
  await until(() => handler.footprints.length > 0)
  expect(handler.footprints).toMatchObject([{ status_code: 101, url: '/chat' }])
  expect(handler.footprints[0]).not.toHaveProperty('aborted')
  expect(problems).toEqual([])
})

test('an accepted WebSocket whose connection was taken off the response has one record with 101', async () => {
  const { handler, port } = await open((ctx, next) => {
    ctx.res.detachSocket(ctx.socket)
    return echo(ctx, next)
  })
  expect(await talk(port)).toBe('hello!')
  await until(() => handler.footprints.length > 0)
  expect(handler.footprints).toMatchObject([{ status_code: 101 }])
})

test.each<[string, Middleware, number]>([
  ['refused by the app', (ctx) => void (ctx.status = 403), 403],
  ['not known to the app', () => {}, 404],
  [
    'refused past the response',
    (ctx) => {
      ctx.respond = false
      ctx.socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n')
    },
    401,
  ],
])('a WebSocket %s has the status that was sent', async (_, answer, status) => {
  const { handler, port } = await open(answer)
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'
  const seen = await exchange(
    port,
    `GET / HTTP/1.1\r\nHost: x\r\n${upgrade}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  )
  expect(seen).toContain(`HTTP/1.1 ${status} `)
  await until(() => handler.footprints.length > 0)
  expect(handler.footprints).toMatchObject([{ status_code: status }])
  expect(handler.footprints[0]).not.toHaveProperty('aborted')
})

test('a connection that is taken off the response of an ordinary request leaves one record', async () => {
  const { handler, port } = await open((ctx) => {
    ctx.respond = false
    const { socket } = ctx
    ctx.res.detachSocket(socket)
    socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nraw')
  })
  expect(await exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')).toContain('raw')
  await until(() => handler.footprints.length > 0)
  expect(handler.footprints).toHaveLength(1)
})

test('an error that the app emits on a connection without an answer has the 400 that Node sends', async () => {
  const { handler, port } = await open((ctx) => {
    ctx.socket.emit('error', new Error('odd'))
    return new Promise(() => {})
  })
  expect(await exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')).toContain('HTTP/1.1 400 ')
  await until(() => handler.footprints.length > 0)
  expect(handler.footprints).toMatchObject([{ status_code: 400, ex_message: 'odd' }])
})

test('a connection that the app destroys with an error is a 500 that nobody was sent', async () => {
  const { handler, port } = await open((ctx) => {
    ctx.socket.destroy(new Error('odd'))
    return new Promise(() => {})
  })
  expect(await exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('')
  await until(() => handler.footprints.length > 0)
  expect(handler.footprints).toMatchObject([{ status_code: 500, ex_message: 'odd' }])
})
