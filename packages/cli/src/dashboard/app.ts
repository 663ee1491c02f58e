import { actionLogMiddleware } from '@actionlog/koa'
import Router from '@koa/router'
import Koa, { type Context, type Middleware } from 'koa'
import type { Access } from './access.js'
import { QUESTIONS } from './ask-question.js'
import { exportPage } from './export-page.js'
import { guard } from './guard.js'
import { live } from './live.js'
import type { DashboardLog } from './log.js'
import type { PageFile } from './page-files.js'
import { readJson } from './read-json.js'
import { readScope } from './read-scope.js'
import { AskError } from './read-values.js'

/** No question of a page may keep the database longer than this. */
const TIME_LIMIT_MS = 60_000

export interface AppOptions {
  readonly log: DashboardLog
  readonly access: Access
  readonly page: ReadonlyMap<string, PageFile>
  /** Whether a Host header names this server. */
  readonly isOurHost: (host: string) => boolean
  /** The IANA name of the zone that the page begins with. */
  readonly timeZone: string
  /** A file for the action log of this server's own requests. */
  readonly selfLog?: string
}

/** The dashboard's server, not listening yet. */
export function createApp({ log, access, page, isOurHost, timeZone, selfLog }: AppOptions): Koa {
  const app = new Koa()
  app.silent = true // each answer says itself what was wrong
  if (selfLog !== undefined)
    app.use(actionLogMiddleware({ handlerType: 'file', logfile: selfLog, user: () => null }))
  app.use(guard(isOurHost))
  app.use(answerErrors)
  app.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/api/') || access.isOpen(ctx.cookies.get(access.cookie))) return next()
    ctx.status = 401
    ctx.body = { error: 'This browser has no key: open the address that the command printed.' }
  })
  const router = new Router()
  router.post('/session', async (ctx) => {
    const { key } = await readJson(ctx.req)
    const session = access.openSession(key)
    ctx.status = session === null ? 403 : 204
    if (session !== null) ctx.cookies.set(access.cookie, session, { httpOnly: true, sameSite: 'strict' })
  })
  router.get('/api/start', (ctx) => {
    ctx.body = { files: log.files, timeZone, progress: log.progress() }
  })
  router.get('/api/live', live(log))
  router.get('/api/report.html', async (ctx) => {
    ctx.body = await exportPage(log, readScope(ctx.query.scope), endOf(ctx))
    ctx.attachment('action-log.html')
  })
  for (const [name, ask] of Object.entries(QUESTIONS))
    router.get(`/api/${name}`, async (ctx) => {
      const answer = await ask(log.store, readScope(ctx.query.scope), ctx.query.options, endOf(ctx))
      ctx.body = JSON.stringify(answer) // Koa would make 204 out of null, which is an answer, too
      ctx.type = 'json'
    })
  app.use(router.routes())
  app.use((ctx) => {
    const file = ctx.method === 'GET' ? page.get(ctx.path) : undefined
    if (!file) return
    ctx.set('Content-Type', file.type)
    ctx.body = file.bytes
  })
  return app
}

/** When the question is to be interrupted: the page is gone, or it takes too long. */
function endOf({ res }: Context): AbortSignal {
  const gone = new AbortController()
  res.once('close', () => gone.abort())
  return AbortSignal.any([gone.signal, AbortSignal.timeout(TIME_LIMIT_MS)])
}

const answerErrors: Middleware = async (ctx, next) => {
  try {
    await next()
  } catch (error) {
    const { name, message } = error as Error
    ctx.status = error instanceof AskError ? 400 : name === 'TimeoutError' ? 504 : 500
    ctx.body = { error: name === 'TimeoutError' ? 'The question took longer than a minute.' : message }
    if (ctx.status === 500) ctx.app.emit('error', error, ctx)
  }
}
