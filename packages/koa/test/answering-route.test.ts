import Koa, { type Context, type Next } from 'koa'
import createBetterRouter from 'koa-better-router'
import createJoiRouter from 'koa-joi-router'
import mount from 'koa-mount'
import route4 from 'koa-route'
import route3 from 'koa-route3'
import TreeRouter from 'koa-tree-router'
import 'reflect-metadata'
import Router12 from 'router12'
import { All, Get, JsonController, OnUndefined, Param, Redirect, useKoaServer } from 'routing-controllers'
import { routers } from './routers.js'
import { viewNames } from './view-names.js'

const ok = (ctx: Context): void => {
  ctx.body = 'ok'
}
const nothing = (): void => {}
const pass = (_: Context, next: Next): Promise<void> => next()
const fail = (): void => {
  throw new Error('x')
}
/** Answers, and hands on all the same. */
const answering =
  (answer: (ctx: Context) => void) =>
  async (ctx: Context, next: Next): Promise<void> => {
    answer(ctx)
    await next()
  }

describe.each(routers)('with $name, view_name is the route that', ({ Router }) => {
  test('is called, where a pattern behind it matches too', async () => {
    const router = new Router().get('/articles/feed', ok).get('/articles/:slug', ok)
    const paths = ['/articles/feed', '/articles/x']
    expect(await viewNames((app) => app.use(router.routes()), paths)).toEqual([
      'GET /articles/feed',
      'GET /articles/:slug',
    ])
  })

  test.each<[string, (ctx: Context) => void]>([
    ['a body', ok],
    ['an empty body', (ctx) => (ctx.body = null)],
    ['a status', (ctx) => (ctx.status = 202)],
    ['a 404 of its own', (ctx) => (ctx.status = 404)],
    ['a redirect', (ctx) => ctx.redirect('/x')],
    ['a response by hand', (ctx) => ((ctx.respond = false), ctx.res.end('x'))],
  ])('answered with %s, though it calls next()', async (_, answer) => {
    const router = new Router()
      .use(pass)
      .get('/users/me', answering(answer))
      .use(pass)
      .get('/users/:id', nothing)
    expect(await viewNames((app) => app.use(router.routes()), ['/users/me'])).toEqual(['GET /users/me'])
  })

  test('answered, even if middleware around it changes the answer', async () => {
    const router = new Router().get('/a/b', answering(ok)).get('/a/:any', nothing)
    const envelope = async (ctx: Context, next: Next): Promise<void> => {
      ctx.status = 404
      ctx.body = 'default'
      await next()
      ctx.body = { data: ctx.body }
      ctx.status = 203
    }
    expect(await viewNames((app) => app.use(envelope).use(router.routes()), ['/a/b'])).toEqual(['GET /a/b'])
  })

  test('answered or threw after another had handed on', async () => {
    const router = new Router()
      .get('/a/:first', pass)
      .get('/a/:second', ok)
      .get('/b/:first', pass)
      .get('/b/:second', fail)
    const reset = (ctx: Context): void => {
      ctx.body = 'x'
      ctx.body = null
      ctx.status = 404
    }
    router.get('/c/:first', answering(reset)).get('/c/:second', (ctx) => {
      ctx.status = 200
      ctx.body = 'ok'
    })
    const paths = ['/a/1', '/b/1', '/c/1']
    expect(await viewNames((app) => app.use(router.routes()), paths)).toEqual([
      'GET /a/:second',
      'GET /b/:second',
      'GET /c/:second',
    ])
  })

  test('has all prefixes, behind routers that match the path only', async () => {
    const other = new Router().use(pass, pass).post('/api/n/:nid/x/:id', ok)
    const inner = new Router().use(pass).get('/x/:first', pass).get('/x/:id', ok)
    const router = new Router({ prefix: '/api' }).use(pass).use('/n/:nid', inner.routes()).get('/n/:a/y', ok)
    const mounted = new Router().use('/m', pass).get('/m/:z', ok).routes()
    const build = (app: Koa): void => {
      app.use(other.routes()).use(router.routes()).use(router.allowedMethods())
      app.use(mount('/v1', mount('/v2', mounted)))
      app.use(mount('/w', new Koa().use(mounted)))
    }
    const asked = ['/api/n/1/x/2', '/api/n/1/y', 'HEAD /api/n/1/y', 'PUT /api/n/1/y', '/v1/v2/m/1', '/w/m/1']
    expect(await viewNames(build, asked)).toEqual([
      'GET /api/n/:nid/x/:id',
      'GET /api/n/:a/y',
      'HEAD /api/n/:a/y',
      '(unmatched)',
      'GET /v1/v2/m/:z',
      'GET /w/m/:z',
    ])
  })

  test('a handler goes on to, after a router that it called itself', async () => {
    const called = new Router().use(pass).get('/outer/:inner', pass).routes()
    const router = new Router()
      .use(pass)
      .get('/outer/:a', (ctx, next) => called(ctx as never, next))
      .use(pass)
      .get('last', '/outer/:b', ok)
    expect(await viewNames((app) => app.use(router.routes()), ['/outer/1'])).toEqual(['last'])
  })
})

describe.each([
  { name: 'koa-route 3', route: route3 },
  { name: 'koa-route 4', route: route4 },
])('with $name, view_name is', ({ route }) => {
  test('the pattern of the route that answered, with the prefixes of mounts', async () => {
    const build = (app: Koa): void => {
      app
        .use(route.get('/a/:id', ok))
        .use(route.all('/all/:x', ok))
        .use(route.get(/^\/rx\/\d+$/i, ok))
      app.use(route.get('/p/one', answering(ok) as never)).use(route.get('/p/:any', nothing))
      app.use(route.get('/q/:first', (_ctx, _id, next: () => unknown) => next()))
      app.use(route.get('/q/:second', ok)).use(route.get('/fail', fail))
      app.use(mount('/m', mount('/n', route.get('/', ok))))
    }
    const asked = ['/a/1', 'HEAD /a/1', 'PUT /all/1', '/rx/1', '/p/one', '/q/1', '/fail', '/m/n', '/none']
    expect(await viewNames(build, asked)).toEqual([
      'GET /a/:id',
      'HEAD /a/:id',
      'PUT /all/:x',
      'GET /^\\/rx\\/\\d+$/i',
      'GET /p/one',
      'GET /q/:second',
      'GET /fail',
      'GET /m/n',
      '(unmatched)',
    ])
  })
})

test('with koa-better-router, view_name is the route that answered, though it calls next()', async () => {
  const first = createBetterRouter({ prefix: '/api' }).loadMethods()
  first.get('/users/:id', answering(ok)).get('/both/:a', pass)
  const second = createBetterRouter({ prefix: '/api' }).loadMethods()
  second.get('/users/:other', pass).get('/both/:b', answering(ok))
  const build = (app: Koa): unknown => app.use(first.middleware()).use(second.middleware())
  expect(await viewNames(build, ['/api/users/1', '/api/both/1', '/api/none'])).toEqual([
    'GET /api/users/:id',
    'GET /api/both/:b',
    '(unmatched)',
  ])
})

test('with koa-joi-router, view_name is the route', async () => {
  const router = createJoiRouter()
  router.prefix('/j')
  router.route({ method: ['get', 'put'], path: '/:id', handler: ok })
  expect(await viewNames((app) => app.use(router.middleware()), ['/j/1', 'PUT /j/1'])).toEqual([
    'GET /j/:id',
    'PUT /j/:id',
  ])
})

test('with a router that assigns nothing to the context, view_name is (unmatched)', async () => {
  const router = new TreeRouter().get('/t/:id', ok as never)
  expect(await viewNames((app) => app.use(router.routes() as never), ['/t/1'])).toEqual(['(unmatched)'])
})

test('with routing-controllers, view_name is the action that answered', async () => {
  class Users {
    me = (): object => ({ id: 'me' })
    one = (id: string): object => ({ id })
    none = (): null => null
    gone = (): undefined => undefined
    away = (): string => '/elsewhere'
    broken = fail
  }
  const declare = (name: keyof Users, ...decorators: unknown[]): void => {
    for (const decorate of decorators)
      (decorate as (target: object, name: string) => void)(Users.prototype, name)
  }
  declare('me', Get('/me'))
  declare('none', Get('/none'))
  declare('gone', Get('/gone'), OnUndefined(404))
  declare('away', Get('/away'), Redirect('/elsewhere'))
  declare('broken', Get('/broken'))
  declare('one', All('/:id'))
  Param('id')(Users.prototype, 'one', 0)
  JsonController('/users')(Users)

  const build = (app: Koa): unknown => useKoaServer(app, { controllers: [Users], routePrefix: '/api' })
  const names = ['me', 'none', 'gone', 'away', 'broken', '7']
  const patterns = ['me', 'none', 'gone', 'away', 'broken', ':id']
  expect(
    await viewNames(
      build,
      names.map((name) => `/api/users/${name}`),
    ),
  ).toEqual(patterns.map((pattern) => `GET /api/users/${pattern}`))
})

test.each<[string, (ctx: Context) => Context]>([
  ['a proxy of the context', (ctx) => new Proxy(ctx, {})],
  ['a context derived from it', (ctx) => Object.create(ctx)],
])('view_name is the route of a router that is called with %s', async (_, derive) => {
  const routes = new Router12().get('/x/:y', (ctx) => ok(ctx)).routes()
  const wrapped = (ctx: Context, next: Next): unknown => routes(derive(ctx) as never, next)
  expect(await viewNames((app) => app.use(wrapped), ['/x/1'])).toEqual(['GET /x/:y'])
})
