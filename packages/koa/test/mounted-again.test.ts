import { createActionLog } from '@actionlog/core'
import { memoryHandler } from '@actionlog/core/testing'
import { actionLogMiddleware } from '@actionlog/koa'
import Router from '@koa/router'
import Koa, { type Middleware } from 'koa'
import mount from 'koa-mount'
import { serve } from './serve.js'

const boom: Middleware = () => {
  throw new Error('boom')
}
/** As nearly every app has one near its top. */
const ownHandler: Middleware = async (ctx, next) => {
  try {
    await next()
  } catch {
    ctx.status = 500
    ctx.body = { error: 'sorry' }
  }
}

describe('an error handler of the app', () => {
  test('hides nothing from a second mount below it', async () => {
    const { get, log } = await serve((app) => app.use(ownHandler).use(actionLogMiddleware(log2())).use(boom))
    function log2() {
      return createActionLog({ handler: memoryHandler() })
    }
    const { record, body } = await get('/')
    expect(body).toBe('{"error":"sorry"}')
    expect(record).toMatchObject({ status_code: 500, ex_type: 'Error', ex_message: 'boom' })
    expect(record.ex_stack).toContain('mounted-again.test')
    expect(log.stats().emitted).toBe(1)
  })

  test('hides nothing if it emits the error on the app', async () => {
    const { get, app } = await serve((app) =>
      app
        .use(async (ctx, next) => {
          try {
            await next()
          } catch (error) {
            ctx.status = 503
            ctx.body = 'sorry'
            ctx.app.emit('error', error, ctx)
          }
        })
        .use(boom),
    )
    const { record } = await get('/')
    expect(record).toMatchObject({ status_code: 503, ex_message: 'boom' })
    expect(app.listeners('error')).toEqual([app.onerror])
  })

  test('may emit a client error on the app: ex_stack is absent', async () => {
    const { get } = await serve((app) =>
      app.use((ctx) => {
        ctx.status = 422
        ctx.body = 'no'
        ctx.app.emit('error', new TypeError('bad'), ctx)
      }),
    )
    const { record } = await get('/')
    expect(record).toMatchObject({ status_code: 422, ex_type: 'TypeError', ex_message: 'bad' })
    expect(record).not.toHaveProperty('ex_stack')
    expect(record).not.toHaveProperty('aborted')
  })

  test.each([[undefined], [null], [{}], [5]])(
    'may emit an error on the app with the context %j',
    async (ctx) => {
      const { get, problems } = await serve((app) => {
        app.on('error', () => {})
        app.use((own) => {
          own.app.emit('error', new Error('apart'), ctx)
          own.body = 'x'
        })
      })
      expect((await get('/')).record).not.toHaveProperty('ex_type')
      expect(problems).toEqual([])
    },
  )
})

test("actionlog adds no listener of errors: Koa's own prints them, and without any the app fails as ever", async () => {
  const { app, get } = await serve((app) => app.use((ctx) => void (ctx.body = 'x')))
  await get('/')
  expect(app.listeners('error')).toEqual([app.onerror])
  app.removeAllListeners('error')
  expect(() => app.emit('error', new Error('nobody listens'))).toThrow('nobody listens')
})

test('the exception that reached the outermost mount wins', async () => {
  const log = createActionLog({ handler: memoryHandler() })
  const { get } = await serve((app) =>
    app
      .use((_, next) =>
        next().catch((cause: unknown) => {
          throw new Error('outer', { cause })
        }),
      )
      .use(actionLogMiddleware(log))
      .use(boom),
  )
  expect((await get('/')).record).toMatchObject({ ex_message: 'outer' })
})

test('a mount with other settings adds route and user where the outer has none, and writes nothing', async () => {
  const inner = memoryHandler()
  const second = createActionLog({ handler: inner, user: () => 'bob', viewName: () => 'second' })
  const { get } = await serve((app) =>
    app.use(actionLogMiddleware(second)).use((ctx) => {
      if (ctx.query.alice) ctx.state.user = { id: 'alice' }
      ctx.body = 'x'
    }),
  )
  expect((await get('/')).record).toMatchObject({ user: 'bob', view_name: 'second' })
  expect((await get('/?alice=1')).record).toMatchObject({ user: 'alice', view_name: 'second' })
  expect(inner.stats().emitted).toBe(0)
})

test('a request that the outermost mount ignores leaves no record in an inner one', async () => {
  const inner = memoryHandler()
  const second = createActionLog({ handler: inner })
  const { get, handler, port } = await serve(
    (app) => app.use(actionLogMiddleware(second)).use((ctx) => void (ctx.body = 'x')),
    { ignore: ({ path }) => path === '/health' },
  )
  await fetch(`http://127.0.0.1:${port}/health`)
  await get('/')
  expect([handler.footprints.length, inner.footprints.length]).toEqual([1, 0])
})

describe.each([
  [
    'by its callback',
    (second: Koa): Middleware =>
      async (ctx) => {
        ctx.respond = false
        await second.callback()(ctx.req, ctx.res)
      },
  ],
  [
    'by its callback, without waiting',
    (second: Koa): Middleware =>
      (ctx) => {
        ctx.respond = false
        void second.callback()(ctx.req, ctx.res)
      },
  ],
  ['by koa-mount', (second: Koa): Middleware => mount('/', second)],
])('an app handed on to %s', (_, handOn) => {
  test('adds route, user and exception to the one record', async () => {
    const inner = memoryHandler()
    const second = Object.assign(new Koa(), { silent: true })
    const router = new Router()
    router.get('/items/:id', (ctx) => void (ctx.body = `item ${ctx.params.id}`))
    router.get('/fails', boom)
    second
      .use(actionLogMiddleware(createActionLog({ handler: inner })))
      .use((ctx, next) => {
        ctx.state.user = { id: 'carol' }
        return next()
      })
      .use(router.routes())
    const { get } = await serve((app) => app.use(handOn(second)))
    const item = await get('/items/1')
    expect(item.body).toBe('item 1')
    expect(item.record).toMatchObject({ view_name: 'GET /items/:id', user: 'carol', status_code: 200 })
    expect(item.record.request_id).toBe(item.headers.get('x-request-id'))
    const failed = await get('/fails')
    expect(failed.record).toMatchObject({
      view_name: 'GET /fails',
      status_code: 500,
      ex_message: 'boom',
    })
    expect(inner.footprints).toEqual([])
  })
})
