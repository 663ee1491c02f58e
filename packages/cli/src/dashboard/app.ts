import { actionLogMiddleware } from '@actionlog/koa'
import Router from '@koa/router'
import Koa, { type Context, type Middleware } from 'koa'
import { QuestionError } from '../questions/question-error.js'
import type { Access } from './access.js'
import { Answers } from './answers.js'
import { QUESTIONS } from './ask-question.js'
import { exportPage, readQuestions } from './export-page.js'
import { guard } from './guard.js'
import { live } from './live.js'
import type { DashboardLog } from './log.js'
import type { PageFile } from './page-files.js'
import { readBody } from './read-body.js'
import { readScope } from './read-scope.js'
import { AskError, readJson, text } from './read-values.js'

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
    if (!ctx.path.startsWith('/api/') || access.useSession(ctx.cookies.get(access.cookie))) return next()
    ctx.status = 401
    ctx.body = { error: 'This browser has no open session: open the address that the command printed last.' }
  })
  const answers = new Answers(log)
  const router = new Router()
  router.post('/session', async (ctx) => {
    const { key } = await readBody(ctx.req)
    const session = access.openSession(key)
    if (session === null) {
      ctx.status = 403
      ctx.body = {
        error: 'This key is wrong or was used before: open the address that the command printed last.',
      }
      return
    }
    ctx.status = 204
    ctx.cookies.set(access.cookie, session, { httpOnly: true, sameSite: 'strict' })
  })
  router.get('/api/start', (ctx) => {
    ctx.body = { files: log.files, timeZone, progress: log.progress() }
  })
  router.get(
    '/api/live',
    live(log, (ctx) => access.useSession(ctx.cookies.get(access.cookie))),
  )
  router.get('/api/export.html', async (ctx) => {
    const title = text(ctx.query.title ?? 'Action log', 'title')
    const scope = readScope(readJson(ctx.query.scope, 'scope'))
    const questions = readQuestions(readJson(ctx.query.questions, 'questions'))
    ctx.body = await exportPage({ log, answers, title, scope, questions, signal: endOf(ctx) })
    ctx.attachment('action-log.html')
  })
  for (const name of Object.keys(QUESTIONS))
    router.get(`/api/${name}`, async (ctx) => {
      const scope = readScope(readJson(ctx.query.scope, 'scope'))
      const options = readJson(ctx.query.options, 'options')
      ctx.body = await answers.ask(name, scope, options, endOf(ctx))
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
    const isWrongQuestion = error instanceof AskError || error instanceof QuestionError
    ctx.status = isWrongQuestion ? 400 : name === 'TimeoutError' ? 504 : 500
    ctx.body = { error: name === 'TimeoutError' ? 'The question took longer than a minute.' : message }
    if (ctx.status === 500) ctx.app.emit('error', error, ctx)
  }
}
