import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { PrismaClientKnownRequestError } from '@prisma/client/runtime/client'
import createError from 'http-errors'
import type Koa from 'koa'
import compress from 'koa-compress'
import mount from 'koa-mount'
import type { Exchange, Outcome, Scene, Stage } from './case.js'
import { gate } from './case.js'
import { proxy } from './returns.js'

/** An app that throws this in its handler. */
const throwing = (make: () => unknown) => (app: Koa) =>
  app.use(async () => {
    await pause(1)
    throw make()
  })

const fails = (status_code: number, ex_type: string, ex_message: string): Outcome => ({
  status_code,
  ex_type,
  ex_message,
})

const boom = throwing(() => new Error('boom'))
const failed = fails(500, 'Error', 'boom')
const unreadable = 'an error whose message cannot be read'
const MEGABYTE = 1_048_576

class PaymentRefused extends Error {
  override readonly name = 'PaymentRefused'
}

class Unreadable extends Error {
  override get message(): string {
    throw new Error('no message for you')
  }
}

/** Requests that end with an error and an answer. */
export const errors: readonly Exchange[] = [
  { title: 'throw new Error', app: boom, outcome: { ...failed, body: 'Internal Server Error' } },
  {
    title: 'a synchronous throw',
    app: (app) =>
      app.use(() => {
        throw new TypeError('at once')
      }),
    outcome: fails(500, 'TypeError', 'at once'),
  },
  {
    title: 'an error of the application',
    app: throwing(() => new PaymentRefused('no money')),
    outcome: fails(500, 'PaymentRefused', 'no money'),
  },
  {
    title: 'ctx.throw(404)',
    app: (app) => app.use((ctx) => ctx.throw(404, 'no such post')),
    outcome: { ...fails(404, 'NotFoundError', 'no such post'), body: 'no such post' },
  },
  {
    title: 'ctx.throw(503)',
    app: (app) => app.use((ctx) => ctx.throw(503, 'database is down')),
    outcome: { ...fails(503, 'ServiceUnavailableError', 'database is down'), body: 'Service Unavailable' },
  },
  {
    title: 'http-errors with expose',
    app: throwing(() => createError(500, 'shown', { expose: true })),
    outcome: { ...fails(500, 'InternalServerError', 'shown'), body: 'shown' },
  },
  {
    title: 'http-errors without expose',
    app: throwing(() => createError(402, 'hidden', { expose: false })),
    outcome: { ...fails(402, 'PaymentRequiredError', 'hidden'), body: 'Payment Required' },
  },
  {
    title: 'an error with a status of its own',
    app: throwing(() => Object.assign(new RangeError('too many'), { status: 422 })),
    outcome: fails(422, 'RangeError', 'too many'),
  },
  {
    title: 'an error with a status that is none',
    app: throwing(() => Object.assign(new Error('odd'), { status: 999 })),
    outcome: fails(500, 'Error', 'odd'),
  },
  {
    title: 'an error with headers',
    app: throwing(() => createError(401, 'who?', { headers: { 'www-authenticate': 'Basic' } })),
    outcome: fails(401, 'UnauthorizedError', 'who?'),
  },
  { title: 'a thrown string', app: throwing(() => 'words'), outcome: fails(500, 'string', 'words') },
  { title: 'a thrown number', app: throwing(() => 42), outcome: fails(500, 'number', '42') },
  {
    title: 'a thrown object',
    app: throwing(() => ({ code: 'E_ODD' })),
    outcome: fails(500, 'Object', '{"code":"E_ODD"}'),
  },
  {
    title: 'a thrown frozen object',
    app: throwing(() => Object.freeze({ message: 'frozen' })),
    outcome: fails(500, 'Object', 'frozen'),
  },
  {
    title: 'an error whose message getter throws',
    app: throwing(() => new Unreadable()),
    outcome: fails(500, 'Unreadable', unreadable),
  },
  {
    title: 'a Prisma error',
    app: throwing(
      () =>
        new PrismaClientKnownRequestError('Unique constraint failed on the fields: (`email`)', {
          code: 'P2002',
          clientVersion: '7.10.0',
        }),
    ),
    outcome: fails(500, 'PrismaClientKnownRequestError', 'Unique constraint failed on the fields: (`email`)'),
  },
  {
    title: 'an AggregateError',
    app: throwing(() => new AggregateError([new Error('one'), new Error('two')], 'both failed')),
    outcome: fails(500, 'AggregateError', 'both failed'),
  },
  {
    title: 'an AggregateError without a message',
    app: throwing(() => new AggregateError([new Error('one'), new Error('two')])),
    outcome: fails(500, 'AggregateError', 'one; two'),
  },
  {
    title: 'an error with a cause',
    app: throwing(() => new Error('outer', { cause: new TypeError('inner') })),
    outcome: fails(500, 'Error', 'outer'),
  },
  {
    title: 'a message of a megabyte',
    app: throwing(() => new Error('x'.repeat(MEGABYTE))),
    outcome: fails(500, 'Error', `${'x'.repeat(8192)}…[${MEGABYTE - 8192} more characters]`),
  },
  {
    title: 'a message with control characters',
    app: throwing(() => new Error('a\r\nstatus_code : 200\u001b[2J\u0000\u2028')),
    outcome: fails(500, 'Error', 'a\r\nstatus_code : 200\u001b[2J\u0000\u2028'),
  },
  {
    title: 'an error after the body was set, on the way up',
    app: (app) =>
      app
        .use(async (_, next) => {
          await next()
          throw new Error('boom')
        })
        .use((ctx) => void (ctx.body = 'unsent')),
    outcome: { ...failed, body: 'Internal Server Error' },
  },
  {
    title: 'an error in a route',
    app: (app, { Router }) => {
      const router = new Router()
      router.get('/posts/:id', (ctx) => ctx.throw(410, 'gone'))
      app.use(router.routes()).use(router.allowedMethods())
    },
    request: { path: '/posts/1' },
    outcome: fails(410, 'GoneError', 'gone'),
  },
  {
    title: 'an error in a mounted app (koa-mount)',
    app: (app, { Koa }) => app.use(mount('/inner', boom(new Koa()))),
    request: { path: '/inner' },
    outcome: failed,
  },
  {
    title: 'an error below koa-compress',
    app: (app) => boom(app.use(compress({ threshold: 0 }))),
    request: { headers: { 'accept-encoding': 'gzip' } },
    outcome: failed,
  },
  {
    title: 'an error to HEAD',
    app: boom,
    request: { method: 'HEAD' },
    outcome: failed,
  },
  {
    title: 'JSON that cannot be written',
    app: (app) => app.use((ctx) => void (ctx.body = { big: 1n })),
    outcome: fails(500, 'TypeError', 'Do not know how to serialize a BigInt'),
  },
  {
    title: 'an error handler above the logger',
    above: (app) =>
      app.use((ctx, next) =>
        next().catch((error: Error) => {
          ctx.status = 418
          ctx.body = error.message
        }),
      ),
    app: boom,
    outcome: { ...fails(418, 'Error', 'boom'), body: 'boom' },
  },
  {
    title: 'an error handler below the logger: the error was handled',
    app: (app) =>
      boom(app.use((ctx, next) => next().catch(() => void ((ctx.status = 418), (ctx.body = 'handled'))))),
    outcome: { status_code: 418, body: 'handled' },
  },
  {
    title: 'an error handler below the logger that answers 500',
    app: (app) => boom(app.use((ctx, next) => next().catch(() => void (ctx.status = 500)))),
    outcome: { status_code: 500 },
  },
  {
    title: 'an error in an error handler below the logger',
    app: (app) =>
      boom(
        app.use((_, next) =>
          next().catch(() => {
            throw createError(502, 'second')
          }),
        ),
      ),
    outcome: fails(502, 'BadGatewayError', 'second'),
  },
  {
    title: 'an error in an error handler above the logger',
    above: (app) =>
      app.use((_, next) =>
        next().catch(() => {
          throw createError(502, 'second')
        }),
      ),
    app: boom,
    outcome: fails(502, 'Error', 'boom'),
  },
  {
    title: 'an error in a middleware above the logger, after it',
    above: (app) =>
      app.use(async (_, next) => {
        await next()
        throw createError(500, 'above')
      }),
    app: (app) => app.use((ctx) => void (ctx.body = 'unsent')),
    outcome: fails(500, 'InternalServerError', 'above'),
  },
  {
    title: "the application's own error listener",
    app: (app) => {
      app.on('error', () => {})
      boom(app)
    },
    outcome: failed,
  },
  {
    title: 'an error after the response was ended',
    app: (app) =>
      app.use((ctx) => {
        ctx.respond = false
        ctx.res.writeHead(200).end('all of it')
        throw new Error('boom')
      }),
    outcome: { ...fails(200, 'Error', 'boom'), body: 'all of it' },
  },
  {
    title: 'another server that cannot be reached (a proxy)',
    app: proxy((req) => req.socket.destroy()),
    outcome: fails(500, 'Error', 'socket hang up'),
  },
]

/** A body that gives its beginning, and fails once `then` is open. */
function failing(then: Promise<void>): Readable {
  return Readable.from(
    (async function* () {
      yield 'first part, '
      await then
      throw new RangeError('half-way')
    })(),
  )
}

/** A client that asks, and leaves when it has waited for `enough`: these answers never come to an end. */
async function askAndLeave(stage: Stage, port: number, enough: Promise<unknown>): Promise<string> {
  const client = await stage.connect(port)
  client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await enough
  await pause(5)
  client.socket.destroy()
  return client.closed
}

/** A request whose error Koa itself cannot answer: it leaves the client waiting. */
const unanswered = (title: string, thrown: () => unknown, ex_type: string, ex_message: string): Scene => ({
  title,
  outcomes: [{ status_code: 499, aborted: true, ex_type, ex_message }],
  async play(stage) {
    const { opened, open } = gate()
    const port = await stage.serve((app) =>
      app.use(() => {
        open()
        throw thrown()
      }),
    )
    await askAndLeave(stage, port, opened)
    await stage.recorded(1)
  },
})

/** Requests that end with an error and without an answer, or with a part of one. */
export const brokenAnswers: readonly Scene[] = [
  unanswered('throw null: Koa never answers', () => null, 'null', 'null'),
  unanswered('throw undefined: Koa never answers', () => undefined, 'undefined', 'undefined'),
  unanswered(
    'a frozen Error: Koa never answers',
    () => Object.freeze(new Error('frozen')),
    'Error',
    'frozen',
  ),
  unanswered(
    'an object whose message getter throws: Koa never answers',
    () => ({
      get message(): string {
        throw new Error('no message for you')
      },
    }),
    'Object',
    unreadable,
  ),
  {
    title: 'an error listener that throws: Koa never answers',
    outcomes: [{ ...failed, status_code: 499, aborted: true }],
    async play(stage) {
      const { opened, open } = gate()
      const port = await stage.serve((app) => {
        app.on('error', () => {
          open()
          throw new Error('in the listener')
        })
        boom(app)
      })
      await askAndLeave(stage, port, opened)
      await stage.recorded(1)
    },
  },
  {
    title: 'an error after the headers were sent: Koa leaves the response open, the client gives up',
    outcomes: [{ ...failed, status_code: 200, aborted: true }],
    async play(stage) {
      const { opened, open } = gate()
      const port = await stage.serve((app) => {
        app.on('error', open)
        app.use((ctx) => {
          ctx.res.writeHead(200).write('part')
          throw new Error('boom')
        })
      })
      await askAndLeave(stage, port, opened)
      await stage.recorded(1)
    },
  },
  {
    title: 'a response stream that fails before its first byte',
    outcomes: [fails(500, 'RangeError', 'at once')],
    async play(stage) {
      const port = await stage.serve((app) =>
        app.use((ctx) => {
          ctx.body = new Readable({
            read() {
              this.destroy(new RangeError('at once'))
            },
          })
        }),
      )
      // Koa 2 answers 500, Koa 3 has destroyed the response by then
      const client = await stage.connect(port)
      client.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
      await client.closed
      await stage.recorded(1)
    },
  },
  {
    title: 'a response stream that fails half-way',
    outcomes: [fails(200, 'RangeError', 'half-way')],
    async play(stage) {
      const begun = gate()
      const failure = gate()
      const port = await stage.serve((app) => {
        app.on('error', failure.open)
        app.use((ctx) => void (ctx.body = failing(begun.opened)))
      })
      const client = await stage.connect(port)
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      await client.received('first part')
      begun.open()
      await failure.opened
      // Koa 3 breaks the connection, Koa 2 leaves the client waiting
      await Promise.race([client.closed, pause(20)])
      client.socket.destroy()
      await stage.recorded(1)
    },
  },
  {
    title: 'another server that dies half-way (a proxy)',
    outcomes: [fails(200, 'Error', 'aborted')],
    async play(stage) {
      const failure = gate()
      let die = (): void => {}
      const app = proxy((req, res) => {
        res.writeHead(200).write('first part')
        die = () => req.socket.destroy()
      })
      const port = await stage.serve((koa) => {
        koa.on('error', failure.open)
        return app(koa, stage)
      })
      const client = await stage.connect(port)
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      await client.received('first part')
      die()
      await failure.opened
      await Promise.race([client.closed, pause(20)])
      client.socket.destroy()
      await stage.recorded(1)
    },
  },
  {
    title: 'a response that the handler destroys with an error',
    outcomes: [fails(500, 'Error', 'boom')],
    async play(stage) {
      const port = await stage.serve((app) =>
        app.use((ctx) => {
          ctx.respond = false
          ctx.res.destroy(new Error('boom'))
        }),
      )
      const client = await stage.connect(port)
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      await client.closed
      await stage.recorded(1)
    },
  },
]
