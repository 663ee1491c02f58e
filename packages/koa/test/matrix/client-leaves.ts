import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { currentSql } from '@actionlog/core'
import type Koa from 'koa'
import { koaBody } from 'koa-body'
import compress from 'koa-compress'
import { gate, type Scene, type Stage } from './case.js'
import { cut, endless, flowing, gone, ok, REQUEST, slow } from './parts.js'
import { proxy } from './returns.js'

/** One request in bytes, whose client leaves its own way while the handler is busy. */
const leavesBefore = (
  title: string,
  leave: (client: Awaited<ReturnType<Stage['connect']>>) => unknown,
): Scene => ({
  title: `before the headers: ${title}`,
  outcomes: [gone],
  async play(stage) {
    const { entered, release, left, handle } = slow(stage)
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

/** Clients that leave, and connections that end before the answer did. */
export const clientLeaves: readonly Scene[] = [
  leavesBefore('closes', (client) => client.socket.destroy()),
  leavesBefore('resets', (client) => client.socket.resetAndDestroy()),
  leavesBefore('ends its side', (client) => client.socket.end()),
  {
    title: 'before the headers, while the handler goes on to run queries and fails',
    outcomes: [gone],
    async play(stage) {
      const { entered, release, left, handle } = slow(stage)
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
      const { entered, handle } = slow(stage)
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
      const { entered, handle } = slow(stage)
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
      const { entered, handle } = slow(stage)
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
      const { entered, handle } = slow(stage)
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
