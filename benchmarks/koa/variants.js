import { AsyncLocalStorage } from 'node:async_hooks'

const ANY = /./

/**
 * What goes in front of the app under test: `middleware` makes it, or nothing; `record` matches the log's
 * lines that stand for a request. Each loads its package itself, so that no server holds another's.
 */
export const variants = {
  bare: { middleware: () => undefined },
  // what it shows for no difference at all is the error of measurement
  'bare again': { middleware: () => undefined },
  'AsyncLocalStorage only': {
    middleware: () => {
      const storage = new AsyncLocalStorage()
      return (_ctx, next) => storage.run({}, next)
    },
  },
  'actionlog, null handler': { middleware: () => actionlog({ handlerType: 'null' }) },
  'actionlog, file handler': {
    middleware: (logfile) => actionlog({ handlerType: 'file', logfile }),
    record: /"label_name":"footprint".*"view_name":"order","status_code":200,"user":"7"/,
  },
  'pino-http': {
    middleware: async (logfile) => pinoHttp(await destination(logfile, { sync: false, minLength: 4096 })),
    record: ANY,
  },
  'pino-http, sync': {
    middleware: async (logfile) => pinoHttp(await destination(logfile)),
    record: ANY,
  },
  'koa-pino-logger': {
    middleware: async (logfile) => {
      const { default: koaPinoLogger } = await import('koa-pino-logger')
      return koaPinoLogger({}, await destination(logfile, { sync: false, minLength: 4096 }))
    },
    record: ANY,
  },
  'koa-logger': {
    middleware: async () => (await import('koa-logger')).default(),
    record: /-->/, // the line of the response; the other is the arrival's
  },
}

async function actionlog(settings) {
  const { actionLogMiddleware } = await import('@actionlog/koa')
  return actionLogMiddleware(settings)
}

async function pinoHttp(stream) {
  const log = (await import('pino-http')).default({}, stream)
  return (ctx, next) => {
    log(ctx.req, ctx.res)
    return next()
  }
}

async function destination(dest, options) {
  return (await import('pino')).destination({ dest, ...options })
}
