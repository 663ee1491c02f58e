import { EventEmitter } from 'node:events'
import { createServer, IncomingMessage, ServerResponse } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import { Readable } from 'node:stream'
import { createActionLog } from '@actionlog/core'
import { memoryHandler } from '@actionlog/core/testing'
import { actionLogMiddleware } from '@actionlog/koa'
import { createMockContext } from '@shopify/jest-koa-mocks'
import Koa, { type Context, type Middleware } from 'koa'
import websockify from 'koa-websocket'
import inject from 'light-my-request'
import { createRequest, createResponse } from 'node-mocks-http'
import { WebSocket } from 'undici'
import { until } from './serve.js'

function open(middleware: Middleware = (ctx) => void (ctx.body = 'x')) {
  const handler = memoryHandler()
  const problems: string[] = []
  const log = createActionLog({ handler, onError: (error) => problems.push(error.message) })
  const mounted = actionLogMiddleware(log)
  const app = Object.assign(new Koa(), { silent: true })
  app.use(mounted).use(middleware)
  const records = async (): Promise<unknown[]> => {
    await until(() => handler.footprints.length > 0)
    return handler.footprints.map(({ status_code, aborted, ex_message }) =>
      JSON.parse(JSON.stringify({ status_code, aborted, ex_message })),
    )
  }
  return { app, mounted, handler, problems, records }
}

beforeAll(() => void vi.stubGlobal('jest', vi)) // the mock context is made for Jest
afterAll(() => void vi.unstubAllGlobals())

const ANSWERS: readonly [string, Middleware, object][] = [
  ['a text', (ctx) => void (ctx.body = 'x'), { status_code: 200 }],
  ['a stream', (ctx) => void (ctx.body = Readable.from(['a', 'b'])), { status_code: 200 }],
  ['nothing', () => {}, { status_code: 404 }],
  [
    'an error',
    () => {
      throw new Error('why')
    },
    { status_code: 500, ex_message: 'why' },
  ],
  [
    'what it writes itself',
    (ctx) => {
      ctx.respond = false
      ctx.res.statusCode = 203
      ctx.res.end('y')
    },
    { status_code: 203 },
  ],
]

describe.each(ANSWERS)('%s', (_, middleware, expected) => {
  test('has its record from a request and a response without a connection', async () => {
    const { app, records, problems } = open(middleware)
    const req = new IncomingMessage(null as unknown as Socket)
    Object.assign(req, { method: 'GET', url: '/' })
    await app.callback()(req, new ServerResponse(req))
    expect(await records()).toEqual([expected])
    expect(problems).toEqual([])
  })

  test('has its record from a socket that was never connected', async () => {
    const { app, records, problems } = open(middleware)
    const req = new IncomingMessage(new Socket())
    Object.assign(req, { method: 'GET', url: '/' })
    await app.callback()(req, new ServerResponse(req))
    expect(await records()).toEqual([expected])
    expect(problems).toEqual([])
  })

  test('has its record from light-my-request', async () => {
    const { app, records, problems, handler } = open(middleware)
    const callback = app.callback()
    const answer = await inject((req, res) => void callback(req as never, res as never), { url: '/?a=1' })
    expect(await records()).toEqual([expected])
    expect(handler.footprints).toMatchObject([
      { status_code: answer.statusCode, url: '/?a=1', request_id: answer.headers['x-request-id'] },
    ])
    expect(problems).toEqual([])
  })

  test.each([
    ['with events', { eventEmitter: EventEmitter }],
    ['without events', {}],
  ])('has its record from node-mocks-http %s', async (_, options) => {
    if (expected === ANSWERS[1]?.[2] && !('eventEmitter' in options)) return // a stream needs them
    const { app, records, problems } = open(middleware)
    const [req, res] = [createRequest({ method: 'GET', url: '/' }), createResponse(options as never)]
    await app.callback()(req as never, res as never)
    expect(await records()).toEqual([expected])
    expect(res.statusCode).toBe((expected as { status_code: number }).status_code)
    expect(problems).toEqual([])
  })
})

test('a mock context of a test passes the middleware', async () => {
  const { mounted } = open()
  const ctx = createMockContext({ url: '/a', method: 'GET' }) as unknown as Context
  await mounted(ctx, async () => void (ctx.body = 'y'))
  expect(ctx.body).toBe('y')
})

test.each([
  ['without request and response', {}],
  ['without headers', { req: {}, res: { on() {} } }],
  ['with a response that is frozen', { req: { headers: {} }, res: Object.freeze({ on() {} }) }],
  [
    'whose response throws',
    {
      req: { headers: {} },
      get res() {
        throw new Error('no')
      },
    },
  ],
])('a context %s is reported, and passes', async (_, ctx) => {
  const { mounted, problems, handler } = open()
  const answer = await mounted(ctx as never, async () => 'the answer')
  expect(answer).toBe('the answer')
  expect(problems).toEqual([
    expect.stringMatching(/^@actionlog\/koa: a request could not be followed and leaves no footprint: ./),
  ])
  expect(handler.footprints).toEqual([])
})

test('the middleware gives back what the next one returned', async () => {
  const { mounted } = open()
  const ctx = createMockContext() as unknown as Context
  expect(await mounted(ctx, async () => 7)).toBe(7)
  expect(await mounted(ctx, async () => 8)).toBe(8)
  const plain = createMockContext() as unknown as Context
  expect(await mounted(plain, (() => 9) as never)).toBe(9)
})

test('a WebSocket of koa-websocket, whose context has no response, is reported and served', async () => {
  const { mounted, problems } = open()
  const app = websockify(new Koa())
  app.ws.use(mounted as never)
  app.ws.use((ctx) => ctx.websocket.send('hello'))
  const server = app.listen(0)
  await until(() => server.listening)
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const message = await new Promise((resolve) =>
    socket.addEventListener('message', ({ data }) => resolve(data)),
  )
  socket.close()
  server.close()
  expect(message).toBe('hello')
  expect(problems).toHaveLength(1)
})

test('a request that a server handed on by hand still has its record', async () => {
  const { app, records } = open()
  const callback = app.callback()
  const server = createServer((req, res) => setImmediate(callback, req, res)).listen(0)
  await until(() => server.listening)
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  server.close()
  expect(await records()).toEqual([{ status_code: 200 }])
})
