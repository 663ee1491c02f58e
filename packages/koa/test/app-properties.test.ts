import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa, { type Context, type Next } from 'koa'
import mount from 'koa-mount'
import Router12 from 'router12'
import { type Answer, answers, ask } from './view-names.js'

type Odd = Context & Record<string, unknown>

/** Answers with all that routers and mounts may have assigned to the context. */
const dump = (ctx: Context): void => {
  const names = ['path', 'mountPath', 'routerName', 'routerPath', '_matchedRoute', 'routePath', 'route']
  const values = names.map((name) => [name, (ctx as Odd)[name] ?? null, Object.hasOwn(ctx, name)])
  ctx.body = { values, keys: Object.keys(ctx), spread: Object.keys({ ...ctx }), json: ctx }
}

const REQUESTS = ['/m/x/1', '/m/x/2', '/X/3', '/m/n/x/4', '/none', '/x/5']
const PATTERNS = ['GET /m/x/:y', 'GET /m/x/:y', 'GET /x/:y', 'GET /m/n/x/:y', '(unmatched)', 'GET /x/:y']

/** Routes below mounts, behind what a test does to the app. */
const withRoutes =
  (change: (app: Koa) => void) =>
  (app: Koa): void => {
    change(app)
    const routes = new Router12().get('/x/:y', dump).routes()
    app
      .use(mount('/m', mount('/n', routes)))
      .use(mount('/m', routes))
      .use(routes)
      .use(dump)
  }

/** The answers of an app without actionlog. */
async function plainAnswers(build: (app: Koa) => void): Promise<Omit<Answer, 'viewName'>[]> {
  const app = new Koa()
  app.silent = true
  app.use((_, next) => next()) // where the middleware would be
  build(app)
  const server = createServer(app.callback()).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const plain: Omit<Answer, 'viewName'>[] = []
  for (const path of REQUESTS) plain.push(await ask({ port, path, headers: { host: 'x' } }))
  server.closeAllConnections()
  server.close()
  return plain
}

/** Not before the second request. */
const later =
  (change: (app: Koa) => void) =>
  (app: Koa): void => {
    let count = 0
    app.use((_, next) => {
      if (++count === 2) change(app)
      return next()
    })
  }

const lowerCasePath = ({ context }: Koa): void => {
  Object.defineProperty(context, 'path', {
    configurable: true,
    get(this: Context) {
      return this.request.path.toLowerCase()
    },
    set(this: Context, path: string) {
      this.request.path = path
    },
  })
}

const value =
  (name: string) =>
  ({ context }: Koa): void => {
    ;(context as unknown as Record<string, unknown>)[name] = '/base'
  }

const accessor =
  (name: string) =>
  ({ context }: Koa): void => {
    const values = new WeakMap<object, unknown>()
    Object.defineProperty(context, name, {
      configurable: true,
      get(this: object) {
        return values.get(this) ?? '/default'
      },
      set(this: object, assigned: unknown) {
        values.set(this, assigned)
      },
    })
  }

const NAMES = [
  'mountPath',
  'routerName',
  'routerPath',
  '_matchedRoute',
  'routePath',
  'route',
  'router',
  'matched',
]

describe('an app answers as it does without actionlog', () => {
  test.each<[string, (app: Koa) => void, string[]]>([
    ['by its own', () => {}, PATTERNS],
    ['with a path of its own', lowerCasePath, PATTERNS],
    ['with a path of its own from the second request on', later(lowerCasePath), PATTERNS],
  ])('%s, and its view names are right', async (_, change, expected) => {
    const build = withRoutes(change)
    const answered = await answers(build, REQUESTS)
    expect(answered.map(({ viewName }) => viewName)).toEqual(expected)
    expect(answered.map(({ status, body }) => ({ status, body }))).toEqual(await plainAnswers(build))
  })

  test.each(
    NAMES.filter((name) => name !== 'matched').flatMap((name) => [
      [`a value as ${name} on app.context`, value(name)] as const,
      [`an accessor as ${name} on app.context`, accessor(name)] as const,
      [`a value as ${name} on app.context from the second request on`, later(value(name))] as const,
      [`an accessor as ${name} on app.context from the second request on`, later(accessor(name))] as const,
      [`a value as ${name} on ctx`, assignToContext(name)] as const,
      [`a value as ${name} on ctx, deleted again`, assignToContext(name, true)] as const,
    ]),
  )('with %s, and no view name has a part of a path', async (_, change) => {
    const build = withRoutes(change)
    const answered = await answers(build, REQUESTS)
    for (const { viewName } of answered) expect(viewName).toMatch(/^(GET (\/m)?(\/n)?\/x\/:y|\(unmatched\))$/)
    expect(answered.map(({ status, body }) => ({ status, body }))).toEqual(await plainAnswers(build))
  })

  test('with a context that takes no more properties', async () => {
    const build = (app: Koa): void => {
      app.use((ctx) => {
        Object.preventExtensions(ctx)
        dump(ctx)
      })
    }
    const answered = await answers(build, REQUESTS)
    expect(answered.map(({ status, body }) => ({ status, body }))).toEqual(await plainAnswers(build))
  })
})

function assignToContext(name: string, andDelete = false): (app: Koa) => void {
  return (app) => {
    app.use((ctx: Context, next: Next) => {
      const odd = ctx as Odd
      // a text as routePath would be koa-route's
      odd[name] = name === 'routePath' ? { path: ctx.path } : ctx.path
      if (andDelete) delete odd[name]
      return next()
    })
  }
}

test('an assignment to app.context applies to all requests, one to ctx applies to one request', async () => {
  const seen: unknown[] = []
  const build = (app: Koa): void => {
    app.use((ctx) => {
      const odd = ctx as Odd
      seen.push([odd.mountPath, odd.route])
      odd.mountPath = ctx.path
      if (ctx.path === '/b') Object.assign(app.context, { mountPath: '/base', route: 'all' })
      seen.push([odd.mountPath, odd.route])
    })
  }
  await answers(build, ['/a', '/b', '/c'])
  expect(seen).toEqual([
    [undefined, undefined],
    ['/a', undefined],
    [undefined, undefined],
    ['/b', 'all'],
    ['/base', 'all'],
    ['/c', 'all'],
  ])
})

test('several apps in a process, one of a subclass, each have their own', async () => {
  class Shop extends Koa {
    constructor() {
      super()
      Object.assign(this.context, { mountPath: '/shop' })
    }
  }
  const build = withRoutes(() => {})
  const [shop, plain] = await Promise.all([
    answers(build, REQUESTS, Shop as typeof Koa),
    answers(build, REQUESTS),
  ])
  expect(plain.map(({ viewName }) => viewName)).toEqual(PATTERNS)
  expect(JSON.parse(shop[4]?.body ?? '').values[1]).toEqual(['mountPath', '/shop', false])
  expect(JSON.parse(plain[4]?.body ?? '').values[1]).toEqual(['mountPath', null, false])
})
