import Router from '@koa/router'
import type Koa from 'koa'
import mount from 'koa-mount'
import { serve } from './serve.js'

const ok = (ctx: Koa.Context): void => {
  ctx.body = 'ok'
}

async function viewNames(build: (app: Koa) => void, ...paths: string[]): Promise<string[]> {
  const { get } = await serve(build)
  const names: string[] = []
  for (const path of paths) names.push((await get(path)).record.view_name)
  return names
}

describe('view_name', () => {
  it('is the name of a named route', async () => {
    const router = new Router().get('post', '/posts/:id', ok)
    expect(await viewNames((app) => app.use(router.routes()), '/posts/1')).toEqual(['post'])
  })

  it('is METHOD and pattern of an unnamed one', async () => {
    const router = new Router().get('/posts/:id', ok)
    expect(await viewNames((app) => app.use(router.routes()), '/posts/1?q=2')).toEqual(['GET /posts/:id'])
  })

  it('has all prefixes of nested routers', async () => {
    const comments = new Router({ prefix: '/comments' }).get('/:cid', ok)
    const posts = new Router({ prefix: '/posts/:pid' }).use(comments.routes())
    const api = new Router({ prefix: '/api' }).use('/v1', posts.routes())
    expect(await viewNames((app) => app.use(api.routes()), '/api/v1/posts/1/comments/2')).toEqual([
      'GET /api/v1/posts/:pid/comments/:cid',
    ])
  })

  it('has the prefixes of koa-mount, nested ones too, but not of mounts that were left', async () => {
    const inner = new Router().get('/', ok).get('/deep/:x', ok)
    const outer = new Router().get('/own', ok)
    const names = await viewNames(
      (app) => {
        app.use(mount('/admin', async (_, next) => next()))
        app.use(mount('/admin', mount('/users', inner.routes())))
        app.use(mount('/admin', outer.routes()))
        app.use(new Router().get('/admin/main/:id', ok).routes())
      },
      '/admin/users',
      '/admin/users/deep/1',
      '/admin/own',
      '/admin/main/1',
    )
    expect(names).toEqual([
      'GET /admin/users',
      'GET /admin/users/deep/:x',
      'GET /admin/own',
      'GET /admin/main/:id',
    ])
  })

  it('is the route of the router that answered, when there are two', async () => {
    const first = new Router().get('first', '/first', ok).get('pass', '/both', (_, next) => next())
    const second = new Router().get('/second', ok).get('/both', ok)
    const build = (app: Koa): void => void app.use(first.routes()).use(second.routes())
    expect(await viewNames(build, '/first', '/second', '/both')).toEqual([
      'first',
      'GET /second',
      'GET /both',
    ])
  })

  it('is the route that was called, when several match', async () => {
    const router = new Router().get('/posts/new', ok).get('/posts/:id', ok)
    expect(await viewNames((app) => app.use(router.routes()), '/posts/new', '/posts/7')).toEqual([
      'GET /posts/new',
      'GET /posts/:id',
    ])
  })

  it('is the route also when its handler or a middleware before it throws', async () => {
    const router = new Router()
      .use('/posts', (ctx, next) => (ctx.query.guard ? ctx.throw(403) : next()))
      .get('post', '/posts/:id', () => {
        throw new Error('x')
      })
    expect(await viewNames((app) => app.use(router.routes()), '/posts/1', '/posts/1?guard=1')).toEqual([
      'post',
      'post',
    ])
  })

  it('is (unmatched) where no route matched, whatever answered', async () => {
    const router = new Router().get('/a', ok).use('/mw', ok)
    const build = (app: Koa): void =>
      void app.use(router.routes()).use((ctx) => void (ctx.path === '/plain' && ok(ctx)))
    expect(await viewNames(build, '/plain', '/nothing', '/mw/x')).toEqual([
      '(unmatched)',
      '(unmatched)',
      '(unmatched)',
    ])
  })
})
