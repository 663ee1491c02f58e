import { randomUUID } from 'node:crypto'
import { actionLogMiddleware } from '@actionlog/koa'
import { bodyParser } from '@koa/bodyparser'
import Koa from 'koa'
import { createSession } from 'koa-session'
import { authors } from './routes/authors.js'
import { experiments } from './routes/experiments.js'
import { login } from './routes/login.js'
import { posts } from './routes/posts.js'
import { sinkSettings } from './sink.js'
import { currentUser } from './user.js'

/** The blog, not listening yet. */
export function createApp(): Koa {
  const app = new Koa()
  app.keys = [process.env.SESSION_KEY ?? randomUUID()]
  app.silent = true // Koa would print each error to stderr; its footprint has it already, stack included

  app.use(
    actionLogMiddleware({
      serverTiming: true,
      ...sinkSettings(),
      ignore: (ctx) => ctx.path === '/healthz',
    }),
  )
  app.use(createSession({ sameSite: 'lax' }, app))
  app.use(bodyParser())
  app.use(currentUser)
  for (const router of [posts, authors, login, experiments]) app.use(router.routes())
  return app
}
