import type { Context, Middleware } from 'koa'
import type { DashboardLog } from './log.js'

const LOOK_MS = 250
/** The page takes a connection for dead when it hears nothing for three times as long. */
const STILL_MS = 5_000

/**
 * Sends the progress of the log as server-sent events: at once, on each change, and as a sign of life.
 * @param useSession keeps the session of the open page from ending
 */
export function live(log: DashboardLog, useSession: (ctx: Context) => boolean): Middleware {
  return (ctx) => {
    ctx.respond = false // Koa would log a premature close whenever a page is closed
    const { res } = ctx
    res.writeHead(200, { 'Content-Type': 'text/event-stream' })
    let sent = ''
    let sentAt = 0
    const look = (): void => {
      const progress = JSON.stringify(log.progress())
      if (progress === sent && Date.now() - sentAt < STILL_MS) return
      if (res.writableNeedDrain) return // the page is slow or asleep: the next look has newer figures anyway
      res.write(`data: ${progress}\n\n`)
      useSession(ctx)
      sent = progress
      sentAt = Date.now()
    }
    const timer = setInterval(look, LOOK_MS)
    res.on('close', () => clearInterval(timer))
    res.on('error', () => {}) // the page is gone
    look()
  }
}
