import Router from '@koa/router'

const ROUTES_PER_ROUTER = 10
const MIDDLEWARE_PER_FEATURE = 3
const pass = (_ctx, next) => next()

/** How an app may lay out so many routes: each adds them to the app, `/orders/:id` as the last one. */
export const layouts = {
  flat(app, count) {
    const router = new Router()
    for (let i = 1; i < count; i++) router.get(`/things${i}/:id`, pass)
    app.use(withOrders(router).routes())
  },
  nested(app, count) {
    const root = new Router()
    for (const router of routers(count)) root.use('/api', router.routes())
    app.use(root.use(withOrders(new Router()).routes()).routes())
  },
  'features with use': (app, count) => {
    const root = new Router()
    const asFeature = (router) => router.use(...Array(MIDDLEWARE_PER_FEATURE).fill(pass))
    for (const router of routers(count, () => asFeature(new Router()))) root.use(router.routes())
    app.use(root.use(withOrders(asFeature(new Router())).routes()).routes())
  },
  'separate routers': (app, count) => {
    for (const router of routers(count)) app.use(router.routes())
    app.use(withOrders(new Router()).routes())
  },
}

function* routers(count, make = () => new Router()) {
  for (let i = 1; i < count; i += ROUTES_PER_ROUTER) {
    const router = make()
    for (let j = i; j < Math.min(i + ROUTES_PER_ROUTER, count); j++) router.get(`/things${j}/:id`, pass)
    yield router
  }
}

function withOrders(router) {
  return router.get('/orders/:id', (ctx) => {
    ctx.body = { id: ctx.params.id }
  })
}
