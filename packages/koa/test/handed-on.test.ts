import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createActionLog } from '@actionlog/core'
import { memoryHandler } from '@actionlog/core/testing'
import { actionLogMiddleware } from '@actionlog/koa'
import Koa, { type Context, type Next } from 'koa'
import mount from 'koa-mount'
import Router12 from 'router12'
import { viewNames } from './view-names.js'

const ok = (ctx: Context): void => {
  ctx.body = 'ok'
}
const pass = (_: Context, next: Next): Promise<void> => next()

/** Hands a request on to another app that has the middleware too. */
function handOn(to: Koa): (ctx: Context) => Promise<void> {
  const callback = to.callback()
  return async (ctx) => {
    ctx.respond = false
    await callback(ctx.req, ctx.res)
  }
}

function secondApp(): Koa {
  const app = new Koa()
  app.silent = true
  const fail = (): void => {
    throw new Error('x')
  }
  const routes = new Router12().get('/x/:id', ok).get('named', '/name', ok).get('/fail/:id', fail).routes()
  app.use(actionLogMiddleware(createActionLog({ handlerType: 'null' }))).use(routes)
  return app
}

describe('of a request that an app hands on to another, view_name is', () => {
  test("the second app's route, where the first has none", async () => {
    const build = (app: Koa): unknown =>
      app.use(new Router12().get('/front/:y', ok).routes()).use(handOn(secondApp()))
    expect(await viewNames(build, ['/front/1', '/x/1', '/name', '/fail/1', '/none', '/x/2'])).toEqual([
      'GET /front/:y',
      'GET /x/:id',
      'named',
      'GET /fail/:id',
      '(unmatched)',
      'GET /x/:id',
    ])
  })

  test("the first app's route, where both have one", async () => {
    const build = (app: Koa): unknown =>
      app.use(new Router12().get('/x/:front', pass).routes()).use(handOn(secondApp()))
    expect(await viewNames(build, ['/x/1'])).toEqual(['GET /x/:front'])
  })

  test("the second app's route with the mounts of the first", async () => {
    const build = (app: Koa): unknown => app.use(mount('/v1', mount('/shop', handOn(secondApp()))))
    expect(await viewNames(build, ['/v1/shop/x/1', '/v1/shop/name'])).toEqual(['GET /v1/shop/x/:id', 'named'])
  })
})

test.each<[string, (routes: Koa.Middleware, log: Koa.Middleware) => Koa.Middleware[]]>([
  ['in a mount', (routes, log) => [mount('/m', new Koa().use(log).use(routes))]],
  [
    'in a route',
    (routes, log) => [
      mount(
        '/m',
        new Router12()
          .use(log as never)
          .use(routes as never)
          .routes() as never,
      ),
    ],
  ],
])('view_name is the route from the first request on, where the middleware is %s', async (_, build) => {
  const handler = memoryHandler()
  const app = new Koa()
  const routes = new Router12().get('/x/:id', ok).routes() as unknown as Koa.Middleware
  for (const middleware of build(routes, actionLogMiddleware(createActionLog({ handler }))))
    app.use(middleware)
  const server = createServer(app.callback()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  for (const id of [1, 2]) await (await fetch(`http://127.0.0.1:${port}/m/x/${id}`)).text()
  await handler.flush()
  server.closeAllConnections()
  server.close()
  expect(handler.footprints.map((record) => record.view_name)).toEqual(['GET /m/x/:id', 'GET /m/x/:id'])
})
