import { createServer, type ServerResponse } from 'node:http'
import { connect, createServer as createServer2, type IncomingHttpHeaders } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createActionLog, type Footprint } from '@actionlog/core'
import { memoryHandler } from '@actionlog/core/testing'
import { actionLogMiddleware } from '@actionlog/koa'
import Koa, { type Middleware } from 'koa'
import { exchange } from './safety.js'
import { until } from './serve.js'

type WriteHead = (...head: unknown[]) => ServerResponse

/** The forms that `writeHead()` takes. */
const FORMS: Readonly<Record<string, readonly unknown[]>> = {
  nothing: [],
  'a reason': ['Fine'],
  'an object': [{ 'x-a': '1', 'X-B': ['2', '3'] }],
  'a reason and an object': ['Fine', { 'x-a': '1' }],
  'an object without a prototype': [Object.assign(Object.create(null), { 'x-a': '1' })],
  'an object that inherits': [Object.assign(Object.create({ 'x-inherited': '0' }), { 'x-a': '1' })],
  'no reason, then an object': [undefined, { 'x-a': '1' }],
  'Headers, of which Node sends none': [new Headers({ 'x-a': '1' })],
  'the entries of Headers': [[...new Headers({ 'x-a': '1', 'x-b': '2' })]],
  pairs: [
    [
      ['x-a', '1'],
      ['x-b', '2'],
    ],
  ],
  'a reason and pairs': ['Fine', [['x-a', '1']]],
  'a flat list': [['x-a', '1', 'x-b', '2']],
  'a flat list with two cookies, as rawHeaders': [
    ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Content-Type', 'text/plain'],
  ],
  'a reason and a flat list': ['Fine', ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']],
  'an empty object': [{}],
  'an empty list': [[]],
  'an odd list, which Node refuses': [['x-a', '1', 'x-b']],
  'a value that Node refuses': [{ 'x-a': 'b\nc' }],
}

/** What an app does around its own `writeHead()`. */
const AROUND: Readonly<Record<string, (res: ServerResponse, writeHead: () => void) => void>> = {
  'before any header is set': (res, writeHead) => {
    writeHead()
    res.end('body')
  },
  'after headers were set': (res, writeHead) => {
    res.setHeader('x-before', '0')
    res.setHeader('x-a', 'old')
    writeHead()
    res.end('body')
  },
}

function apps(middleware: Middleware, settings = {}) {
  const handler = memoryHandler()
  const problems: string[] = []
  const log = createActionLog({ handler, onError: (error) => problems.push(error.message), ...settings })
  const [logged, bare] = [new Koa(), new Koa()]
  logged.use(actionLogMiddleware(log))
  for (const app of [logged, bare]) Object.assign(app, { silent: true }).use(middleware)
  return { logged, bare, handler, problems }
}

const direct =
  (form: readonly unknown[], around: (res: ServerResponse, writeHead: () => void) => void): Middleware =>
  (ctx) => {
    ctx.respond = false
    around(ctx.res, () => void (ctx.res.writeHead as WriteHead)(203, ...form))
  }

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

async function answerOf(app: Koa): Promise<string> {
  const server = createServer(app.callback()).listen(0, '127.0.0.1')
  ends.push(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
}

async function answer2Of(app: Koa): Promise<{ headers: IncomingHttpHeaders; body: string }> {
  const server = createServer2(app.callback()).listen(0, '127.0.0.1')
  ends.push(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  try {
    const stream = session.request({ ':path': '/' })
    const headers = await new Promise<IncomingHttpHeaders>((resolve) => stream.once('response', resolve))
    let body = ''
    for await (const part of stream.setEncoding('utf8')) body += part
    return { headers, body }
  } finally {
    session.close()
  }
}

const OURS = /^X-Request-Id: (.*)\r\n/m
const DATE = /^Date: .*\r\n/m

describe.each(Object.entries(AROUND))('writeHead() %s', (_, around) => {
  test.each(Object.entries(FORMS))('with %s sends what it sends without actionlog', async (_, form) => {
    const { logged, bare, handler, problems } = apps(direct(form, around))
    const [seen, expected] = [await answerOf(logged), await answerOf(bare)]
    expect(seen.replace(DATE, '').replace(OURS, '')).toBe(expected.replace(DATE, ''))
    await until(() => handler.footprints.length > 0)
    const [record] = handler.footprints as [Footprint]
    expect(record.request_id).toBe(OURS.exec(seen)?.[1])
    expect(seen).toContain(`HTTP/1.1 ${record.status_code} `)
    expect(problems).toEqual([])
  })

  test.each(Object.entries(FORMS))('over HTTP/2 with %s sends the same', async (_, form) => {
    const { logged, bare, handler, problems } = apps(direct(form, around))
    const [seen, expected] = [await answer2Of(logged), await answer2Of(bare)]
    const { 'x-request-id': id, date: _date, ...headers } = seen.headers
    const { date: _own, ...others } = expected.headers
    expect({ headers, body: seen.body }).toEqual({ headers: others, body: expected.body })
    await until(() => handler.footprints.length > 0)
    expect(handler.footprints).toMatchObject([{ request_id: id, status_code: seen.headers[':status'] }])
    expect(problems).toEqual([])
  })

  test.each([
    ['an object', [{ 'x-request-id': 'own', 'server-timing': 'app;dur=1' }]],
    ['a flat list', [['X-Request-ID', 'own', 'Server-Timing', 'app;dur=1']]],
    [
      'pairs',
      [
        [
          ['x-request-id', 'own'],
          ['Server-Timing', 'app;dur=1'],
        ],
      ],
    ],
  ])("keeps the app's own id and times in %s", async (_, form) => {
    if (around !== AROUND['before any header is set'] && Array.isArray((form[0] as unknown[])[0])) return // Node refuses
    const { logged, handler } = apps(direct(form, around), { serverTiming: true })
    const seen = await answerOf(logged)
    expect(seen.match(/^x-request-id: .*$/gim)).toHaveLength(1)
    expect(seen).toMatch(/^x-request-id: own\r$/im)
    expect(seen).toMatch(/^server-timing: app;dur=1(, |\r\nserver-timing: )total;dur=/im)
    await until(() => handler.footprints.length > 0)
    expect(handler.footprints).toMatchObject([{ request_id: 'own', status_code: 203 }])
  })
})

test('a second writeHead() fails as it does without actionlog', async () => {
  const messages: unknown[] = []
  const { logged, bare } = apps((ctx) => {
    ctx.respond = false
    ctx.res.writeHead(200)
    try {
      ctx.res.writeHead(201)
    } catch (error) {
      messages.push((error as { code?: string }).code)
    }
    ctx.res.end()
  })
  await answerOf(logged)
  await answerOf(bare)
  expect(messages).toEqual(['ERR_HTTP_HEADERS_SENT', 'ERR_HTTP_HEADERS_SENT'])
})

test('writeHead() returns the response, and interim responses are left alone', async () => {
  const returned: boolean[] = []
  const { logged, bare } = apps((ctx) => {
    ctx.respond = false
    ctx.res.writeContinue()
    ctx.res.writeEarlyHints({ link: '</a.css>; rel=preload' })
    returned.push(ctx.res.writeHead(200).end() === ctx.res)
  })
  const [seen, expected] = [await answerOf(logged), await answerOf(bare)]
  expect(seen.replace(DATE, '').replace(OURS, '')).toBe(expected.replace(DATE, ''))
  expect(returned).toEqual([true, true])
})

test('a res.stream that the app has set does not count as HTTP/2', async () => {
  const { logged, handler } = apps((ctx) => {
    Object.assign(ctx.res, { stream: () => {} })
    ctx.body = 'x'
  })
  await answerOf(logged)
  await until(() => handler.footprints.length > 0)
  expect(handler.footprints).toMatchObject([{ status_code: 200 }])
  expect(handler.footprints[0]).not.toHaveProperty('aborted')
})
