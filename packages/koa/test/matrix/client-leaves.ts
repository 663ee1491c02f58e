import { once } from 'node:events'
import { type ClientHttp2Session, connect } from 'node:http2'
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { currentSql } from '@actionlog/core'
import type Koa from 'koa'
import { koaBody } from 'koa-body'
import compress from 'koa-compress'
import { type Gate, gate, type Outcome, type Scene, type Stage } from './case.js'
import { proxy } from './returns.js'

const REQUEST = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
const gone: Outcome = { status_code: 499, aborted: true }
const cut: Outcome = { status_code: 200, aborted: true }
const ok: Outcome = { status_code: 200 }

/** A handler that is entered, and answers when it is told to. */
function slow(): { entered: Gate; release: Gate; left: Gate; handle: Koa.Middleware } {
  const [entered, release, left] = [gate(), gate(), gate()]
  const handle: Koa.Middleware = async (ctx) => {
    entered.open()
    await release.opened
    ctx.body = 'too late'
    left.open()
  }
  return { entered, release, left, handle }
}

/** A body that begins and never ends. */
function endless(): Readable {
  const body = new Readable({ read() {} })
  body.push('beginning')
  return body
}

/** One request in bytes, whose client leaves its own way while the handler is busy. */
const leavesBefore = (
  title: string,
  leave: (client: Awaited<ReturnType<Stage['connect']>>) => unknown,
): Scene => ({
  title: `before the headers: ${title}`,
  outcomes: [gone],
  async play(stage) {
    const { entered, release, left, handle } = slow()
    const client = await stage.connect(await stage.serve((app) => app.use(handle)))
    client.send(REQUEST)
    await entered.opened
    leave(client)
    await stage.recorded(1)
    release.open()
    await left.opened
  },
})

/** The same in the middle of a body. */
const leavesAmid = (title: string, app: (app: Koa, stage: Stage) => unknown, headers = ''): Scene => ({
  title: `in the middle of ${title}`,
  outcomes: [cut],
  async play(stage) {
    const client = await stage.connect(await stage.serve((koa) => app(koa, stage)))
    client.send(`GET / HTTP/1.1\r\nHost: x\r\n${headers}\r\n`)
    await client.received('\r\n\r\n')
    await once(client.socket, 'data').catch(() => {})
    client.socket.destroy()
    await stage.recorded(1)
  },
})

/** A body that goes on until its reader is gone. */
function flowing(): Readable {
  return Readable.from(
    (async function* () {
      for (;;) yield await pause(1, 'x'.repeat(1_000))
    })(),
  )
}

/** Clients that leave, and connections that end before the answer did. */
export const clientLeaves: readonly Scene[] = [
  leavesBefore('closes', (client) => client.socket.destroy()),
  leavesBefore('resets', (client) => client.socket.resetAndDestroy()),
  leavesBefore('ends its side', (client) => client.socket.end()),
  {
    title: 'before the headers, while the handler goes on to run queries and fails',
    outcomes: [gone],
    async play(stage) {
      const { entered, release, left, handle } = slow()
      const port = await stage.serve((app) =>
        app.use(async (ctx, next) => {
          currentSql()?.start('SELECT 1').end()
          await handle(ctx, next)
          currentSql()?.start('SELECT 2').end()
          throw new Error('too late')
        }),
      )
      const client = await stage.connect(port)
      client.send(REQUEST)
      await entered.opened
      client.socket.destroy()
      await stage.recorded(1)
      release.open()
      await left.opened
    },
  },
  {
    title: 'before the headers, on a connection that had an answer before',
    outcomes: [ok, gone],
    async play(stage) {
      const { entered, handle } = slow()
      const port = await stage.serve((app) =>
        app.use((ctx, next) => (ctx.path === '/1' ? void (ctx.body = 'first') : handle(ctx, next))),
      )
      const client = await stage.connect(port)
      client.send('GET /1 HTTP/1.1\r\nHost: x\r\n\r\n')
      await client.received('first')
      client.send('GET /2 HTTP/1.1\r\nHost: x\r\n\r\n')
      await entered.opened
      client.socket.destroy()
      await stage.recorded(2)
    },
  },
  {
    title: 'while the handler answers in the same moment',
    outcomes: [gone],
    async play(stage) {
      const entered = gate()
      const port = await stage.serve((app) =>
        app.use(async (ctx) => {
          entered.open()
          await once(ctx.req.socket, 'end')
          ctx.body = 'nobody there'
        }),
      )
      const client = await stage.connect(port)
      client.send(REQUEST)
      await entered.opened
      client.socket.end()
      await stage.recorded(1)
    },
  },
  leavesAmid('a stream', (app) => app.use((ctx) => void (ctx.body = flowing()))),
  leavesAmid('a stream of known length', (app) =>
    app.use((ctx) => {
      ctx.length = 10_000_000
      ctx.body = flowing()
    }),
  ),
  leavesAmid('a large Buffer', (app) => app.use((ctx) => void (ctx.body = Buffer.alloc(50_000_000)))),
  leavesAmid(
    'a compressed stream',
    (app) =>
      app.use(compress({ threshold: 0, gzip: { flush: 2 } })).use((ctx) => {
        ctx.type = 'text/plain'
        ctx.body = flowing()
      }),
    'Accept-Encoding: gzip\r\n',
  ),
  leavesAmid(
    "another server's stream (a proxy)",
    proxy((_, res) => flowing().pipe(res.writeHead(200))),
  ),
  leavesAmid('a response by hand', (app) =>
    app.use((ctx) => {
      ctx.respond = false
      ctx.res.writeHead(200)
      const timer = setInterval(() => ctx.res.write('tick'), 1)
      ctx.res.on('close', () => clearInterval(timer))
    }),
  ),
  {
    title: 'with the last byte it was promised, before the stream has ended: nothing is missing',
    outcomes: [ok],
    async play(stage) {
      const port = await stage.serve((app) =>
        app.use((ctx) => {
          ctx.length = 'beginning'.length
          ctx.body = endless()
        }),
      )
      const client = await stage.connect(port)
      client.send(REQUEST)
      await client.received('beginning')
      client.socket.destroy()
      await stage.recorded(1)
    },
  },
  {
    title: 'while uploading to a body parser (koa-body)',
    outcomes: [{ ...gone, ex_type: 'BadRequestError', ex_message: 'request aborted' }],
    async play(stage) {
      const entered = gate()
      const port = await stage.serve((app) =>
        app
          .use((_, next) => {
            entered.open()
            return next()
          })
          .use(koaBody())
          .use((ctx) => void (ctx.body = 'unreached')),
      )
      const client = await stage.connect(port)
      client.send(
        'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a":',
      )
      await entered.opened
      client.socket.destroy()
      await stage.recorded(1)
    },
  },
  {
    title: 'while uploading what nobody reads',
    outcomes: [gone],
    async play(stage) {
      const { entered, handle } = slow()
      const client = await stage.connect(await stage.serve((app) => app.use(handle)))
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\npart')
      await entered.opened
      client.socket.destroy()
      await stage.recorded(1)
    },
  },
  {
    title: 'pipelined requests that wait for the first one',
    outcomes: [gone, gone, gone],
    async play(stage) {
      const { entered, handle } = slow()
      const port = await stage.serve((app) =>
        app.use((ctx, next) => (ctx.path === '/1' ? handle(ctx, next) : void (ctx.body = 'ready'))),
      )
      const client = await stage.connect(port)
      for (const n of [1, 2, 3]) client.send(`GET /${n} HTTP/1.1\r\nHost: x\r\n\r\n`)
      await entered.opened
      await pause(10)
      client.socket.destroy()
      await stage.recorded(3)
    },
  },
  {
    title: 'pipelined requests of which the first was answered',
    outcomes: [ok, gone, gone],
    async play(stage) {
      const { entered, handle } = slow()
      const port = await stage.serve((app) =>
        app.use((ctx, next) => (ctx.path === '/1' ? void (ctx.body = 'first') : handle(ctx, next))),
      )
      const client = await stage.connect(port)
      for (const n of [1, 2, 3]) client.send(`GET /${n} HTTP/1.1\r\nHost: x\r\n\r\n`)
      await client.received('first')
      await entered.opened
      await pause(10)
      client.socket.destroy()
      await stage.recorded(3)
    },
  },
]

/** Connections that the server's side ends. */
export const serverEnds: readonly Scene[] = [
  {
    title: 'server.timeout before the headers',
    outcomes: [gone],
    async play(stage) {
      const port = await stage.serve(
        (app) => app.use(slow().handle),
        (server) => void (server.timeout = 30),
      )
      const client = await stage.connect(port)
      client.send(REQUEST)
      await client.closed
      await stage.recorded(1)
    },
  },
  {
    title: 'server.requestTimeout during an upload: Node answers 408',
    outcomes: [{ status_code: 408, ex_type: 'Error', ex_message: 'Request timeout' }],
    async play(stage) {
      const port = await stage.serve(
        (app) => app.use(slow().handle),
        (server) => {
          server.headersTimeout = 30
          server.requestTimeout = 30
        },
      )
      const client = await stage.connect(port)
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\npart')
      await client.received('408 Request Timeout')
      await client.closed
      await stage.recorded(1)
    },
  },
  {
    title: 'res.setTimeout',
    outcomes: [gone],
    async play(stage) {
      const port = await stage.serve((app) =>
        app.use((ctx, next) => {
          ctx.res.setTimeout(30)
          return slow().handle(ctx, next)
        }),
      )
      const client = await stage.connect(port)
      client.send(REQUEST)
      await client.closed
      await stage.recorded(1)
    },
  },
  {
    title: 'res.setTimeout with an answer',
    outcomes: [{ status_code: 503 }],
    async play(stage) {
      const port = await stage.serve((app) =>
        app.use((ctx) => {
          ctx.respond = false
          ctx.res.setTimeout(30, () => ctx.res.writeHead(503).end('too slow'))
        }),
      )
      const client = await stage.connect(port)
      client.send(REQUEST)
      await client.received('too slow')
      await stage.recorded(1)
    },
  },
  {
    title: 'ctx.res.destroy() before the headers',
    outcomes: [gone],
    async play(stage) {
      const client = await stage.connect(await stage.serve((app) => app.use((ctx) => void ctx.res.destroy())))
      client.send(REQUEST)
      await client.closed
      await stage.recorded(1)
    },
  },
  {
    title: 'ctx.res.destroy() in the middle of a body',
    outcomes: [cut],
    async play(stage) {
      const port = await stage.serve((app) =>
        app.use((ctx) => {
          ctx.respond = false
          ctx.res.writeHead(200).write('part', () => ctx.res.destroy())
        }),
      )
      const client = await stage.connect(port)
      client.send(REQUEST)
      await client.closed
      await stage.recorded(1)
    },
  },
  {
    title: 'a malformed body: Node answers 400',
    outcomes: [
      { status_code: 400, ex_type: 'Error', ex_message: 'Parse Error: Invalid character in chunk size' },
    ],
    async play(stage) {
      const { entered, handle } = slow()
      const client = await stage.connect(await stage.serve((app) => app.use(handle)))
      client.send('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
      await entered.opened
      client.send('no chunk\r\n')
      await client.received('400 Bad Request')
      await client.closed
      await stage.recorded(1)
    },
  },
]

/** A request that Node answers itself, and the one after it, which is recorded. */
const neverReachesKoa = (title: string, bytes: string, answer: string): Scene => ({
  title: `${title}: no record`,
  outcomes: [ok],
  async play(stage) {
    const port = await stage.serve((app) => app.use((ctx) => void (ctx.body = 'fine')))
    const client = await stage.connect(port)
    client.send(bytes)
    await client.received(answer)
    client.socket.end()
    await client.closed
    const next = await stage.connect(port)
    next.send(REQUEST)
    await next.received('fine')
    await stage.recorded(1)
  },
})

/** Bytes that are no usual request. */
export const unusual: readonly Scene[] = [
  neverReachesKoa('no HTTP at all', 'hello\r\n\r\n', '400 Bad Request'),
  neverReachesKoa('a method that is none', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n', '400 Bad Request'),
  neverReachesKoa(
    'a malformed header',
    'GET / HTTP/1.1\r\nHost: x\r\nb\u0000d: 1\r\n\r\n',
    '400 Bad Request',
  ),
  neverReachesKoa('no Host header', 'GET / HTTP/1.1\r\n\r\n', '400 Bad Request'),
  neverReachesKoa(
    'two lengths of a body',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    '400 Bad Request',
  ),
  neverReachesKoa(
    'headers that are too long',
    `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`,
    '431 ',
  ),
  neverReachesKoa(
    'an expectation Node refuses',
    'GET / HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\n\r\n',
    '417 ',
  ),
  neverReachesKoa('CONNECT', 'CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n', ''),
  {
    title: 'Expect: 100-continue',
    outcomes: [ok],
    async play(stage) {
      const port = await stage.serve((app) =>
        app.use(koaBody()).use((ctx) => void (ctx.body = ctx.request.body)),
      )
      const client = await stage.connect(port)
      client.send(
        'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n',
      )
      await client.received('100 Continue\r\n\r\n')
      client.send('body')
      await client.received('\r\n\r\nbody')
      await stage.recorded(1)
    },
  },
  {
    title: 'an upgrade that nobody takes is a request like any other',
    outcomes: [{ status_code: 426 }],
    async play(stage) {
      const port = await stage.serve((app) => app.use((ctx) => void (ctx.status = 426)))
      const client = await stage.connect(port)
      client.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
      await client.received('426 ')
      await stage.recorded(1)
    },
  },
  {
    title: 'an upgrade that the server takes: no record',
    outcomes: [ok],
    async play(stage) {
      const port = await stage.serve(
        (app) => app.use((ctx) => void (ctx.body = 'fine')),
        (server) =>
          server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n')),
      )
      const client = await stage.connect(port)
      client.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
      await client.received('101 ')
      const next = await stage.connect(port)
      next.send(REQUEST)
      await next.received('fine')
      await stage.recorded(1)
    },
  },
  {
    title: 'HTTP/1.0',
    outcomes: [ok],
    async play(stage) {
      const client = await stage.connect(
        await stage.serve((app) => app.use((ctx) => void (ctx.body = 'old'))),
      )
      client.send('GET / HTTP/1.0\r\n\r\n')
      await client.received('old')
      await client.closed
      await stage.recorded(1)
    },
  },
  {
    title: 'a good request, then a malformed one on its connection',
    outcomes: [ok],
    async play(stage) {
      const client = await stage.connect(
        await stage.serve((app) => app.use((ctx) => void (ctx.body = 'fine'))),
      )
      client.send(REQUEST)
      await client.received('fine')
      client.send('nonsense\r\n\r\n')
      await client.received('400 Bad Request')
      await client.closed
      await stage.recorded(1)
    },
  },
]

/** Opens an HTTP/2 session for the length of the play. */
function session(stage: Stage, port: number): ClientHttp2Session {
  const opened = connect(`http://127.0.0.1:${port}`)
  opened.on('error', () => {})
  stage.onEnd(() => opened.destroy())
  return opened
}

const CANCEL = 8

const http2 = (
  title: string,
  outcome: Outcome,
  handle: (entered: () => void) => Koa.Middleware,
  leave: (session: ClientHttp2Session, stream: ReturnType<ClientHttp2Session['request']>) => unknown,
): Scene => ({
  title: `over HTTP/2: ${title}`,
  outcomes: [outcome],
  async play(stage) {
    const { opened, open } = gate()
    const client = session(stage, await stage.serve2((app) => app.use(handle(open))))
    const stream = client.request({ ':path': '/', ':method': 'POST' }, { endStream: false })
    stream.on('error', () => {})
    stream.write('part of an upload')
    await (outcome.status_code === 200 ? once(stream, 'data') : opened)
    leave(client, stream)
    await stage.recorded(1)
  },
})

const hanging = (entered: () => void): Koa.Middleware => {
  return () => new Promise(() => entered())
}
const streaming = (): Koa.Middleware => (ctx) => void (ctx.body = flowing())

export const http2Leaves: readonly Scene[] = [
  http2('the stream is cancelled before the headers', gone, hanging, (_, stream) => stream.close(CANCEL)),
  http2('the stream is cancelled in the middle of a body', cut, streaming, (_, stream) =>
    stream.close(CANCEL),
  ),
  http2('the session is destroyed before the headers', gone, hanging, (client) => client.destroy()),
  http2('the session is destroyed in the middle of a body', cut, streaming, (client) => client.destroy()),
  http2(
    'a response stream fails half-way',
    { status_code: 200, ex_type: 'Error', ex_message: 'half-way' },
    () => (ctx) => {
      const body = endless()
      ctx.body = body
      setTimeout(() => body.destroy(new Error('half-way')), 20)
    },
    (_, stream) => void setTimeout(() => stream.close(CANCEL), 60),
  ),
]
