import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { runInNewContext } from 'node:vm'
import Router from '@koa/router'
import type Koa from 'koa'
import type { Context } from 'koa'
import { exchange, expectNoUnhandled, twins } from './safety.js'

// What a client receives, and how the request is recorded, where app and client use HTTP in unusual ways.

expectNoUnhandled()

const byHand =
  (answer: (res: Context['res']) => void) =>
  (ctx: Context): void => {
    ctx.respond = false
    answer(ctx.res)
  }
const fail = (thrown: unknown) => (): never => {
  throw thrown
}
async function* halfABody(): AsyncGenerator<string> {
  yield 'a'
  throw new Error('half-way')
}

const HANDLERS: Record<string, (ctx: Context) => unknown> = {
  body: (ctx) => (ctx.body = 'ü'),
  large: (ctx) => (ctx.body = 'b'.repeat(3_000_000)),
  later: async (ctx) => {
    await sleep(20)
    ctx.body = 'later'
  },
  'no-content': (ctx) => (ctx.status = 204),
  'not-modified': (ctx) => (ctx.status = 304),
  'early-hints': (ctx) => {
    ctx.res.writeEarlyHints({ link: '</a.css>; rel=preload' })
    ctx.res.writeProcessing()
    ctx.body = 'early'
  },
  'own-headers': (ctx) => {
    ctx.set('Set-Cookie', ['a=1', 'b=2'])
    ctx.set('X-Request-Id', 'mine')
    ctx.body = 'x'
  },
  'flushed-headers': (ctx) => {
    ctx.status = 200
    ctx.flushHeaders()
    ctx.body = 'x'
  },
  'web-response': (ctx) => (ctx.body = new Response('web')),
  'half-a-body': (ctx) => (ctx.body = Readable.from(halfABody())),
  trailers: byHand((res) => {
    res.writeHead(200, { Trailer: 'X-T' })
    res.write('a')
    res.addTrailers({ 'X-T': '1' })
    res.end()
  }),
  'implicit-head': byHand((res) => {
    res.statusMessage = 'Odd'
    res.statusCode = 299
    res.write('a')
    res.end('b')
  }),
  'refused-head': byHand((res) => {
    try {
      res.writeHead(1000)
    } catch {
      res.writeHead(500)
    }
    res.end()
  }),
  'throws-text': fail('text'),
  'throws-headers': fail(Object.assign(new Error('x'), { status: 503, headers: { 'retry-after': '5' } })),
  'throws-exposed': fail(Object.assign(new Error('tea\r\nX-Injected: 1'), { status: 418, expose: true })),
  'throws-other-realm': fail(runInNewContext('new Error("x")')),
  'throws-dom-exception': fail(new DOMException('x', 'AbortError')),
}

function build(app: Koa): void {
  const router = new Router()
  for (const [name, handler] of Object.entries(HANDLERS)) router.get(`/${name}`, handler as never)
  router.post('/echo', async (ctx) => {
    let bytes = 0
    for await (const chunk of ctx.req) bytes += chunk.length
    ctx.body = String(bytes)
  })
  app.use(router.routes()).use(router.allowedMethods())
}

const HOST = 'Host: h\r\n'
const CLOSE = `${HOST}Connection: close\r\n\r\n`
const CHUNKED = `POST /echo HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nConnection: close\r\n`

const REQUESTS: Record<string, string> = {
  'a target that is a whole URL': `GET http://u:p@evil/x HTTP/1.1\r\n${CLOSE}`,
  'a target that starts with two slashes': `GET //evil/%2e%2e/ HTTP/1.1\r\n${CLOSE}`,
  'a target that is *': `OPTIONS * HTTP/1.1\r\n${CLOSE}`,
  'a target that cannot be decoded': `GET /%E0%A4%A?a=%zz HTTP/1.1\r\n${CLOSE}`,
  'bytes that are no UTF-8': `GET /body HTTP/1.1\r\nUser-Agent: \xff\x85\x9b2J\r\n${CLOSE}`,
  'no host': 'GET /body HTTP/1.1\r\nConnection: close\r\n\r\n',
  'two hosts': `GET /body HTTP/1.1\r\nHost: a\r\n${CLOSE}`,
  'an IPv6 host': 'GET /body HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n',
  'a host that is none': 'GET /body HTTP/1.1\r\nHost: a@b/../?#[\r\nConnection: close\r\n\r\n',
  CONNECT: `CONNECT a:443 HTTP/1.1\r\n${HOST}\r\n`,
  'an unknown method': `BREW /body HTTP/1.1\r\n${CLOSE}`,
  'a TLS greeting': '\x16\x03\x01\x02\x00\x01\r\n\r\n',
  'an HTTP/2 preface': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'an upgrade that nobody accepts': `GET /body HTTP/1.1\r\nUpgrade: websocket\r\n${HOST}Connection: Upgrade, close\r\n\r\n`,
  'Expect: 100-continue': `POST /echo HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n${CLOSE}abc`,
  'an expectation that Node does not know': `POST /echo HTTP/1.1\r\nContent-Length: 3\r\nExpect: tea\r\n${CLOSE}abc`,
  'trailers of the client': `${CHUNKED}\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n`,
  'a length and chunks': `${CHUNKED}Content-Length: 5\r\n\r\n0\r\n\r\nGET /body HTTP/1.1\r\n${CLOSE}`,
  'a chunk that is none': `${CHUNKED}\r\nZZ\r\n`,
  'two lengths': `POST /echo HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n${CLOSE}abcd`,
  'a body that ends early': `POST /echo HTTP/1.1\r\nContent-Length: 10\r\n${HOST}\r\nabc`,
  'a body that nobody reads': `GET /body HTTP/1.1\r\nContent-Length: 3\r\n${CLOSE}abc`,
  'headers of 20 KB': `GET /body HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n${CLOSE}`,
  'four requests at once': `GET /later HTTP/1.1\r\n${HOST}\r\nGET /large HTTP/1.1\r\n${HOST}\r\nHEAD /large HTTP/1.1\r\n${HOST}\r\nGET /body HTTP/1.1\r\n${CLOSE}`,
  'two requests and what is none': `GET /later HTTP/1.1\r\n${HOST}\r\nGET /body HTTP/1.1\r\n${HOST}\r\n\0\r\n\r\n`,
}
for (const name of Object.keys(HANDLERS)) {
  REQUESTS[`GET /${name}`] = `GET /${name} HTTP/1.1\r\n${CLOSE}`
  REQUESTS[`HEAD /${name}`] = `HEAD /${name} HTTP/1.1\r\n${CLOSE}`
  REQUESTS[`GET /${name} in HTTP/1.0`] = `GET /${name} HTTP/1.0\r\n\r\n`
}

/** But for the two headers that may differ. */
const received = (answer: string): string =>
  answer.replace(/^(?:Date: .*|X-Request-Id: (?!mine).*)\r\n/gim, '')

const pair = twins(build)

test.each(Object.entries(REQUESTS))(
  '%s: the client gets the same bytes, and each request its record',
  async (_, sent) => {
    const { ports, requests, written } = await pair
    const before = requests()
    const [with_, without] = await Promise.all(ports.map((port) => exchange(port, sent)))
    expect(received(with_ as string)).toBe(received(without as string))
    const records = await written(requests() - before)
    const statuses: string[] = (with_ as string).match(/HTTP\/1\.1 [2-5]\d\d/g) ?? []
    // a response that the app broke while it waited for those before it is a 500 that no client gets to see
    for (const { status_code, aborted, ex_type } of records)
      expect(aborted || ex_type || statuses.includes(`HTTP/1.1 ${status_code}`)).toBeTruthy()
  },
)
