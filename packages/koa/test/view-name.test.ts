import type Router from '@koa/router'
import type { RouterOptions } from '@koa/router'
import type Koa from 'koa'
import mount from 'koa-mount'
import { stacks } from './matrix/stacks.js'
import { viewNames as viewNamesOf } from './view-names.js'

type Handler = (ctx: Koa.Context, next: Koa.Next) => unknown

/** Koa's, or a router's own kind. */
type Middleware = (ctx: never, next: Koa.Next) => unknown

const ok: Handler = (ctx) => {
  ctx.body = 'ok'
}
const pass: Handler = (_, next) => next()
const fail: Handler = () => {
  throw new Error('x')
}

describe.each(stacks)('view_name on $name', ({ name, Koa, Router }) => {
  const is15 = name.endsWith('15')
  const rewrite =
    (path: string): Handler =>
    (ctx, next) => {
      ctx.path = path
      return next()
    }

  const viewNames = (build: Middleware[], ...requests: string[]): Promise<string[]> =>
    viewNamesOf(
      (app) => {
        for (const middleware of build) app.use(middleware as Koa.Middleware)
      },
      requests,
      Koa,
    )

  const router = (options: RouterOptions = {}): Router => new Router(options)

  describe('with one router', () => {
    it('is the name of a named route, else the method and its pattern', async () => {
      const routes = router().get('post', '/posts/:id', ok).put('/posts/:id', ok)
      expect(await viewNames([routes.routes()], '/posts/1?q=2', 'HEAD /posts/1', 'PUT /posts/1')).toEqual([
        'post',
        'post',
        'PUT /posts/:id',
      ])
    })

    it('knows optional, wildcard and several parameters, and regular expressions', async () => {
      const [optional, wildcard] = is15 ? ['/list{/:page}', '/files/*rest'] : ['/list/:page?', '/files/(.*)']
      const routes = router()
        .get(optional, ok)
        .get(wildcard, ok)
        .get('/from/:a-:b', ok)
        .get(/^\/rx\/(\d+)$/i, ok)
        .get('named rx', /^\/ry/, ok)
      expect(
        await viewNames(
          [routes.routes()],
          '/list',
          '/list/2',
          '/files/a/b.txt',
          '/from/x-y',
          '/RX/1',
          '/ry/2',
        ),
      ).toEqual([
        `GET ${optional}`,
        `GET ${optional}`,
        `GET ${wildcard}`,
        'GET /from/:a-:b',
        'GET /^\\/rx\\/(\\d+)$/i',
        'named rx',
      ])
    })

    it('distinguishes routes with the same pattern by method and name', async () => {
      const routes = router()
        .use(pass)
        .get('show', '/posts/:id', ok)
        .del('drop', '/posts/:id', ok)
        .post('first', '/twice', pass)
        .post('second', '/twice', ok)
      expect(
        await viewNames([routes.routes()], '/posts/1', 'DELETE /posts/1', 'HEAD /posts/1', 'POST /twice'),
      ).toEqual(['show', 'drop', 'show', 'second'])
    })

    it('has the method that was asked for router.all, and of redirects', async () => {
      const routes = router().all('/any/:x', ok).redirect('/old', '/new', 301)
      expect(await viewNames([routes.routes()], 'PATCH /any/1', 'GET /any/2', '/old')).toEqual([
        'PATCH /any/:x',
        'GET /any/:x',
        'GET /old',
      ])
    })

    it('follows the method a middleware put in place of the one received', async () => {
      const override: Handler = (ctx, next) => ((ctx.method = 'DELETE'), next())
      const routes = router().post('/posts/:id', ok).delete('/posts/:id', ok)
      expect(await viewNames([override, routes.routes()], 'POST /posts/1')).toEqual(['DELETE /posts/:id'])
    })

    it('keeps the case and the slashes of the pattern, not of the request', async () => {
      const routes = router({ strict: true }).get('/Posts/:id', ok).get('/strict/', ok)
      expect(
        await viewNames([routes.routes()], '/POSTS/Abc', '/posts/1', '/strict/', '/strict', '/posts//1'),
      ).toEqual(['GET /Posts/:id', 'GET /Posts/:id', 'GET /strict/', '(unmatched)', '(unmatched)'])
    })

    it('has no slash too many at a root', async () => {
      const root = router().get('/', ok)
      const prefixed = router({ prefix: '/api' }).get('/', ok)
      const nested = router().use('/nested', router().get('/', ok).routes())
      expect(
        await viewNames([root.routes(), prefixed.routes(), nested.routes()], '/', '/api', '/nested'),
      ).toEqual(['GET /', 'GET /api', 'GET /nested'])
    })

    it('takes any name as it is', async () => {
      const names = ['päge → #1', 'a\nb', '__proto__', ' ', 'x'.repeat(300)]
      const routes = router()
      for (const [i, name] of names.entries()) routes.get(name, `/${i}`, ok)
      expect(await viewNames([routes.routes()], ...names.map((_, i) => `/${i}`))).toEqual(names)
    })

    it('answers only to its host', async () => {
      const shop = router({ host: 'shop.test' }).get('shop', '/', ok)
      const other = router({ host: /\.test$/ }).get('other', '/', ok)
      expect(await viewNames([shop.routes(), other.routes()], '/@shop.test', '/@a.test', '/@b')).toEqual([
        'shop',
        'other',
        '(unmatched)',
      ])
    })
  })

  describe('with nested routers', () => {
    it('has all prefixes, parameters in them too, three deep', async () => {
      const likes = router({ prefix: '/likes' }).get('/', ok).get('/:lid', ok).get('like', '/:lid/name', ok)
      const comments = router({ prefix: '/comments' }).use('/:cid', likes.routes()).get('/:cid', ok)
      const posts = router({ prefix: '/posts/:pid' }).use(comments.routes())
      const api = router({ prefix: '/api' }).use('/v1', posts.routes())
      const path = '/api/v1/posts/1/comments/2'
      const pattern = 'GET /api/v1/posts/:pid/comments/:cid'
      expect(
        await viewNames([api.routes()], path, `${path}/likes`, `${path}/likes/3`, `${path}/likes/3/name`),
      ).toEqual([pattern, `${pattern}/likes`, `${pattern}/likes/:lid`, 'like'])
    })

    it('is the pattern of each place a router is nested at', async () => {
      const shared = router().get('/items/:id', ok)
      const outer = router().use('/a', shared.routes()).use('/b', shared.routes())
      expect(await viewNames([outer.routes()], '/a/items/1', '/b/items/1')).toEqual([
        'GET /a/items/:id',
        'GET /b/items/:id',
      ])
    })

    it('follows a router that a handler of another calls', async () => {
      const inner = router().get('/outer/:rest', ok)
      const called: Handler = (ctx, next) => inner.routes()(ctx as never, next)
      const outer = router().get('/outer/:x', called, pass).get('/outer/last', ok)
      expect(await viewNames([outer.routes()], '/outer/1')).toEqual(['GET /outer/:rest'])
    })
  })

  describe('with several routers', () => {
    it('is the route that answered', async () => {
      const first = router().get('first', '/first', ok).get('pass', '/both', pass)
      const second = router().get('/second', ok).get('/both', ok)
      expect(await viewNames([first.routes(), second.routes()], '/first', '/second', '/both')).toEqual([
        'first',
        'GET /second',
        'GET /both',
      ])
    })

    it('is the last route entered, whoever answers after it', async () => {
      const first = router().get('/both/:x', pass)
      const second = router()
        .use((ctx, next) => (ctx.query.guard ? ctx.throw(403) : next()))
        .get('/both/:y', pass)
      const build = [first.routes(), second.routes(), ok]
      expect(await viewNames(build, '/both/1', '/both/1?guard=1')).toEqual(['GET /both/:y', 'GET /both/:x'])
    })

    it('is the route that was called, where patterns overlap', async () => {
      const posts = router().get('/posts/new', ok).get('/posts/:id', ok)
      const pages = router().get('/:page', ok).get('/:a/:b', ok)
      expect(
        await viewNames([posts.routes(), pages.routes()], '/posts/new', '/posts/7', '/about', '/x/y'),
      ).toEqual(['GET /posts/new', 'GET /posts/:id', 'GET /:page', 'GET /:a/:b'])
    })

    it('is the one that an exclusive router chose', async () => {
      const routes = router({ exclusive: true }).get('/posts/:id', ok).get('/posts/new', ok)
      expect(await viewNames([routes.routes()], '/posts/new', '/posts/1')).toEqual([
        'GET /posts/new',
        'GET /posts/:id',
      ])
    })
  })

  describe('when something throws', () => {
    it.each<[string, (routes: Router) => Router]>([
      ['the handler', (routes) => routes.get('/posts/:id', fail)],
      ['a middleware of the route', (routes) => routes.get('/posts/:id', fail, ok)],
      ['router.use()', (routes) => routes.use(fail).get('/posts/:id', ok)],
      ['router.use() of its path', (routes) => routes.use('/posts', fail).get('/posts/:id', ok)],
      [
        'router.param()',
        (routes) => routes.param('id', (_, ctx, next) => fail(ctx, next)).get('/posts/:id', ok),
      ],
      [
        'router.use(), where more routes match',
        (routes) =>
          routes
            .put('/posts/:wrong', ok)
            .use(fail)
            .get('/posts/:id', ok)
            .use(pass)
            .get('/posts/:other', ok)
            .put('/posts/:id', ok),
      ],
    ])('in %s, it is still the route', async (_, build) => {
      expect(await viewNames([build(router()).routes()], '/posts/1')).toEqual(['GET /posts/:id'])
    })

    it('before any router, it is (unmatched)', async () => {
      expect(await viewNames([fail, router().get('/', ok).routes()], '/')).toEqual(['(unmatched)'])
    })

    it('after the route, it is the route', async () => {
      const routes = router().get('/posts/:id', pass)
      expect(await viewNames([routes.routes(), fail], '/posts/1')).toEqual(['GET /posts/:id'])
    })
  })

  describe('(unmatched)', () => {
    it('is what it is where no route was entered, whatever answered', async () => {
      const routes = router().get('/a', ok).use('/mw', ok)
      const build = [
        routes.routes(),
        routes.allowedMethods(),
        ((ctx, next) => (ctx.path === '/plain' ? ok(ctx, next) : next())) as Handler,
      ]
      const paths = ['/plain', '/nothing', '/mw/x', 'OPTIONS /a', 'POST /a', 'PROPFIND /a']
      expect(await viewNames(build, ...paths)).toEqual(paths.map(() => '(unmatched)'))
    })

    it('is what it is for what is no router, though it assigns what a router does', async () => {
      const fake: Handler = (ctx, next) => {
        Object.assign(ctx, { _matchedRoute: ctx.path, routerPath: ctx.path, routerName: ctx.path })
        Object.assign(ctx, { mountPath: ctx.path })
        return next()
      }
      expect(await viewNames([fake, ok], '/secret/42')).toEqual(['(unmatched)'])
    })
  })

  describe('with rewritten paths', () => {
    it('is the route they led to', async () => {
      const routes = router().get('/inner/:id', ok)
      const byUrl: Handler = (ctx, next) => ((ctx.url = '/inner/9?x=1'), next())
      expect(await viewNames([rewrite('/inner/1'), routes.routes()], '/public')).toEqual(['GET /inner/:id'])
      expect(await viewNames([byUrl, routes.routes()], '/public')).toEqual(['GET /inner/:id'])
    })

    it('keeps the prefix of the mount they happen in, and of no other', async () => {
      const routes = router().get('/inner/:id', ok)
      const inside = [mount('/admin', async (ctx, next) => rewrite('/inner/1')(ctx, next)), routes.routes()]
      // koa-mount puts the outer path back for what comes after it
      expect(await viewNames(inside, '/admin/x', '/inner/1')).toEqual(['(unmatched)', 'GET /inner/:id'])

      const within = mount('/admin', (ctx, next) =>
        rewrite('/inner/1')(ctx, () => routes.routes()(ctx as never, next)),
      )
      expect(await viewNames([within], '/admin/x')).toEqual(['GET /admin/inner/:id'])

      const after = [mount('/admin', pass), rewrite('/inner/1'), routes.routes()]
      expect(await viewNames(after, '/admin/inner/1', '/x')).toEqual(['GET /inner/:id', 'GET /inner/:id'])
    })
  })

  describe('with koa-mount', () => {
    const inner = () => router().get('/', ok).get('/deep/:x', ok).get('named', '/name', ok).routes()

    it('has the prefixes of all mounts around the router, but not of those that were left', async () => {
      const build = [
        mount('/admin', pass),
        mount('/admin', mount('/users', inner())),
        mount('/admin', mount('/users', pass)),
        mount('/admin', router().get('/own', ok).routes()),
        router().get('/admin/main/:id', ok).get('/admin/users/late', ok).routes(),
      ]
      expect(
        await viewNames(
          build,
          '/admin/users',
          '/admin/users/deep/1',
          '/admin/users/name',
          '/admin/own',
          '/admin/main/1',
          '/admin/users/late',
        ),
      ).toEqual([
        'GET /admin/users',
        'GET /admin/users/deep/:x',
        'named',
        'GET /admin/own',
        'GET /admin/main/:id',
        'GET /admin/users/late',
      ])
    })

    it('has them three deep, through applications', async () => {
      const app = new Koa().use(mount('/b', new Koa().use(mount('/c', inner()))))
      expect(await viewNames([mount('/a', app)], '/a/b/c', '/a/b/c/deep/1', '/a/b/', '/a')).toEqual([
        'GET /a/b/c',
        'GET /a/b/c/deep/:x',
        '(unmatched)',
        '(unmatched)',
      ])
    })

    it('has the slash that a mount ends with', async () => {
      const routes = router().get('/', ok).get(/^c$/, ok).routes()
      expect(await viewNames([mount('/a', mount('/b/', routes))], '/a/b/', '/a/b/c', '/a/b')).toEqual([
        'GET /a/b/',
        'GET /a/b//^c$/',
        '(unmatched)',
      ])
    })

    it('has none for a mount at the root, and repeats equal ones', async () => {
      const build = [mount(inner()), mount('/x', mount('/x', mount('/x', inner())))]
      expect(await viewNames(build, '/deep/1', '/x/x/x/deep/1', '/x/x/deep')).toEqual([
        'GET /deep/:x',
        'GET /x/x/x/deep/:x',
        '(unmatched)',
      ])
    })

    it('has them also when something throws below or is caught above', async () => {
      const broken = router().get('/:id', fail).routes()
      const caught: Handler = async (_, next) => {
        try {
          await next()
        } catch {
          // answered by what follows
        }
      }
      expect(await viewNames([mount('/a', mount('/b', broken))], '/a/b/1')).toEqual(['GET /a/b/:id'])
      expect(await viewNames([caught, mount('/a', mount('/b', broken))], '/a/b/1')).toEqual(['GET /a/b/:id'])
    })

    it('has the one below a route', async () => {
      const wildcard = is15 ? '/api{/*rest}' : '/api(.*)'
      const routes = router().all(wildcard, mount('/api', inner()))
      expect(await viewNames([routes.routes()], '/api/deep/1', '/api/none')).toEqual([
        'GET /api/deep/:x',
        `GET ${wildcard}`,
      ])
    })
  })

  it('leaves the application every value it believes to have assigned', async () => {
    const seen: unknown[] = []
    const look: Handler = (ctx, next) => {
      const { path, mountPath, _matchedRoute } = ctx as Koa.Context & Record<string, unknown>
      seen.push([path, mountPath, _matchedRoute])
      return next()
    }
    const routes = router().use('/in', look).get('/in/:id', look)
    await viewNames([look, mount('/m', routes.routes()), look], '/m/in/1')
    const matched = seen.map((values) => (values as unknown[])[2])
    expect(seen.map((values) => (values as unknown[]).slice(0, 2))).toEqual([
      ['/m/in/1', undefined],
      ['/in/1', '/m'],
      ['/in/1', '/m'],
      ['/m/in/1', '/m'],
    ])
    expect([matched[0], matched[2], matched[3]]).toEqual([undefined, '/in/:id', '/in/:id'])
    expect(matched[1]).toMatch(/^\/in/)
  })
})
