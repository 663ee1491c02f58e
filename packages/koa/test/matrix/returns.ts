import { get } from 'node:http'
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import etag from '@koa/etag'
import type Router from '@koa/router'
import type Koa from 'koa'
import compress from 'koa-compress'
import conditional from 'koa-conditional-get'
import mount from 'koa-mount'
import files from 'koa-static'
import type { Exchange, Stage } from './case.js'

const FOLDER = fileURLToPath(new URL('.', import.meta.url))
const OK = { status_code: 200 }

/** An app of one handler. */
const handler = (handle: Koa.Middleware) => (app: Koa) => app.use(handle)

/** An app with routes. */
const routes =
  (add: (router: Router) => unknown, options?: { throw: boolean }) =>
  (app: Koa, { Router }: Stage) => {
    const router = new Router()
    add(router)
    app.use(router.routes()).use(router.allowedMethods(options))
  }

/** Requests that end as the application means them to. */
export const returns: readonly Exchange[] = [
  { title: 'a string', app: handler((ctx) => void (ctx.body = 'text')), outcome: { ...OK, body: 'text' } },
  {
    title: 'a Buffer',
    app: handler((ctx) => void (ctx.body = Buffer.from('buf'))),
    outcome: { ...OK, body: 'buf' },
  },
  { title: 'JSON', app: handler((ctx) => void (ctx.body = { a: 1 })), outcome: { ...OK, body: '{"a":1}' } },
  {
    title: 'a stream',
    app: handler((ctx) => void (ctx.body = Readable.from(['a', 'b']))),
    outcome: { ...OK, body: 'ab' },
  },
  {
    title: 'a stream that is slow to come',
    app: handler((ctx) => {
      ctx.body = Readable.from(
        (async function* () {
          for (const part of ['a', 'b', 'c']) yield await pause(5, part)
        })(),
      )
    }),
    outcome: { ...OK, body: 'abc' },
  },
  { title: 'an empty string', app: handler((ctx) => void (ctx.body = '')), outcome: { ...OK, body: '' } },
  {
    title: 'a null body',
    app: handler((ctx) => void (ctx.body = null)),
    outcome: { status_code: 204, body: '' },
  },
  {
    title: 'a null body with a status',
    app: handler((ctx) => void ((ctx.status = 200), (ctx.body = null), (ctx.status = 202))),
    outcome: { status_code: 202, body: '' },
  },
  {
    title: '201',
    app: handler((ctx) => void ((ctx.status = 201), (ctx.body = { id: 1 }))),
    outcome: { status_code: 201 },
  },
  { title: '204', app: handler((ctx) => void (ctx.status = 204)), outcome: { status_code: 204, body: '' } },
  {
    title: '304 to a fresh client (koa-conditional-get, @koa/etag)',
    app: (app) =>
      app
        .use(conditional())
        .use(etag())
        .use((ctx) => void (ctx.body = 'same')),
    request: { headers: { 'if-none-match': '*' } },
    outcome: { status_code: 304, body: '' },
  },
  {
    title: '200 to a stale client (koa-conditional-get, @koa/etag)',
    app: (app) =>
      app
        .use(conditional())
        .use(etag())
        .use((ctx) => void (ctx.body = 'new')),
    request: { headers: { 'if-none-match': '"old"' } },
    outcome: { ...OK, body: 'new' },
  },
  { title: 'a redirect', app: handler((ctx) => ctx.redirect('/elsewhere')), outcome: { status_code: 302 } },
  {
    title: 'a permanent redirect',
    app: handler((ctx) => void ((ctx.status = 301), ctx.redirect('/elsewhere'))),
    outcome: { status_code: 301 },
  },
  {
    title: "the router's redirect",
    app: routes((router) => router.redirect('/old', '/new', 308)),
    request: { path: '/old' },
    outcome: { status_code: 308 },
  },
  {
    title: 'HEAD',
    app: routes((router) => router.get('/', (ctx) => void (ctx.body = 'unsent'))),
    request: { method: 'HEAD' },
    outcome: { ...OK, body: '' },
  },
  {
    title: 'HEAD of a stream',
    app: handler((ctx) => void (ctx.body = Readable.from(['unsent']))),
    request: { method: 'HEAD' },
    outcome: { ...OK, body: '' },
  },
  {
    title: 'OPTIONS by allowedMethods',
    app: routes((router) => router.get('/', (ctx) => void (ctx.body = 'x'))),
    request: { method: 'OPTIONS' },
    outcome: { ...OK, body: '' },
  },
  { title: '404 where nothing answers', app: () => {}, outcome: { status_code: 404 } },
  {
    title: '404 where no route matches',
    app: routes((router) => router.get('/a', (ctx) => void (ctx.body = 'x'))),
    request: { path: '/b' },
    outcome: { status_code: 404 },
  },
  {
    title: '405 by allowedMethods',
    app: routes((router) => router.get('/', (ctx) => void (ctx.body = 'x'))),
    request: { method: 'DELETE' },
    outcome: { status_code: 405 },
  },
  {
    title: '501 by allowedMethods',
    app: routes((router) => router.get('/', (ctx) => void (ctx.body = 'x'))),
    request: { method: 'PROPFIND' },
    outcome: { status_code: 501 },
  },
  {
    title: '405 that allowedMethods throws',
    app: routes((router) => router.get('/', (ctx) => void (ctx.body = 'x')), { throw: true }),
    request: { method: 'DELETE' },
    outcome: { status_code: 405, ex_type: 'MethodNotAllowedError', ex_message: 'Method Not Allowed' },
  },
  {
    title: 'a status without a name',
    app: handler((ctx) => void ((ctx.respond = false), (ctx.res.statusCode = 299), ctx.res.end('odd'))),
    outcome: { status_code: 299, body: 'odd' },
  },
  {
    title: 'a status set late, after the body, on the way up',
    app: (app) =>
      app
        .use(async (ctx, next) => {
          await next()
          await pause(1)
          ctx.status = 202
        })
        .use((ctx) => void (ctx.body = 'accepted')),
    outcome: { status_code: 202, body: 'accepted' },
  },
  {
    title: 'a status set too late, after the headers',
    app: handler((ctx) => {
      ctx.respond = false
      ctx.res.writeHead(200)
      ctx.res.statusCode = 500
      ctx.res.end('sent as 200')
    }),
    outcome: { ...OK, body: 'sent as 200' },
  },
  {
    title: 'headers flushed first',
    app: handler(async (ctx) => {
      ctx.status = 203
      ctx.flushHeaders()
      await pause(1)
      ctx.body = 'flushed'
    }),
    outcome: { status_code: 203, body: 'flushed' },
  },
  {
    title: 'a response by hand (ctx.respond = false)',
    app: handler((ctx) => {
      ctx.respond = false
      setImmediate(() => ctx.res.writeHead(201, { 'x-hand': 'made' }).end('by hand'))
    }),
    outcome: { status_code: 201, body: 'by hand' },
  },
  {
    title: 'ctx.res.end() directly',
    app: handler((ctx) => void ((ctx.res.statusCode = 200), ctx.res.end('direct'))),
    outcome: { ...OK, body: 'direct' },
  },
  {
    title: 'a body set after an await',
    app: handler(async (ctx) => {
      await pause(5)
      ctx.body = 'awaited'
    }),
    outcome: { ...OK, body: 'awaited' },
  },
  {
    title: 'a body replaced by the middleware above',
    app: (app) =>
      app
        .use(async (ctx, next) => {
          await next()
          ctx.body = `<${ctx.body}>`
        })
        .use((ctx) => void (ctx.body = 'inner')),
    outcome: { ...OK, body: '<inner>' },
  },
  {
    title: 'a compressed string (koa-compress)',
    app: (app) => app.use(compress({ threshold: 0 })).use((ctx) => void (ctx.body = 'x'.repeat(100_000))),
    request: { headers: { 'accept-encoding': 'gzip' } },
    outcome: OK,
  },
  {
    title: 'a compressed stream (koa-compress)',
    app: (app) =>
      app.use(compress({ threshold: 0 })).use((ctx) => {
        ctx.type = 'text/plain'
        ctx.body = Readable.from(['x'.repeat(50_000), 'y'.repeat(50_000)])
      }),
    request: { headers: { 'accept-encoding': 'br' } },
    outcome: OK,
  },
  {
    title: 'a file (koa-static)',
    app: (app) => app.use(files(FOLDER)),
    request: { path: '/case.ts' },
    outcome: OK,
  },
  {
    title: 'no such file (koa-static)',
    app: (app) => app.use(files(FOLDER)),
    request: { path: '/nothing.ts' },
    outcome: { status_code: 404 },
  },
  {
    title: 'a mounted app (koa-mount)',
    app: (app, { Koa }) => {
      const inner = new Koa()
      inner.use((ctx) => void ((ctx.status = 203), (ctx.body = ctx.path)))
      app.use(mount('/inner', inner))
    },
    request: { path: '/inner/path' },
    outcome: { status_code: 203, body: '/path' },
  },
  {
    title: 'a body of several megabytes',
    app: handler((ctx) => void (ctx.body = Buffer.alloc(4_000_000))),
    outcome: OK,
  },
  {
    title: 'a request body that nobody reads',
    app: handler((ctx) => void (ctx.body = 'not read')),
    request: { method: 'POST', body: 'x'.repeat(10_000) },
    outcome: { ...OK, body: 'not read' },
  },
  {
    title: "another server's answer, streamed (a proxy)",
    app: proxy((_, res) => res.writeHead(206).end('from afar')),
    outcome: { status_code: 206, body: 'from afar' },
  },
  {
    title: "another server's error, streamed (a proxy)",
    app: proxy((_, res) => res.writeHead(503).end('not now')),
    outcome: { status_code: 503, body: 'not now' },
  },
]

/** An app that answers as another, real server does. */
export function proxy(upstream: Parameters<Stage['upstream']>[0]) {
  return async (app: Koa, stage: Stage): Promise<void> => {
    const port = await stage.upstream(upstream)
    app.use(
      (ctx) =>
        new Promise<void>((resolve, reject) => {
          get({ port, host: '127.0.0.1', agent: false }, (answer) => {
            ctx.status = answer.statusCode as number
            ctx.body = answer
            resolve()
          }).on('error', reject)
        }),
    )
  }
}
