import { setTimeout as pause } from 'node:timers/promises'
import { PrismaClientKnownRequestError } from '@prisma/client/runtime/client'
import createError from 'http-errors'
import type Koa from 'koa'
import compress from 'koa-compress'
import mount from 'koa-mount'
import type { Exchange, Outcome } from './case.js'
import { proxy } from './returns.js'

/** An app that throws this in its handler. */
const throwing = (make: () => unknown) => (app: Koa) =>
  app.use(async () => {
    await pause(1)
    throw make()
  })

export const fails = (status_code: number, ex_type: string, ex_message: string): Outcome => ({
  status_code,
  ex_type,
  ex_message,
})

export const boom = throwing(() => new Error('boom'))
export const failed = fails(500, 'Error', 'boom')
export const unreadable = 'an error whose message cannot be read'
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
