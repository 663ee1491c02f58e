import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type Koa from 'koa'
import { type Gate, gate, type Outcome, type Stage } from './case.js'

/** The shortest request, in bytes. */
export const REQUEST = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
export const gone: Outcome = { status_code: 499, aborted: true }
export const cut: Outcome = { status_code: 200, aborted: true }
export const ok: Outcome = { status_code: 200 }

/** A handler that answers when the case lets it, at the latest when the case is over. */
export function slow(stage: Stage): { entered: Gate; release: Gate; left: Gate; handle: Koa.Middleware } {
  const [entered, release, left] = [gate(), gate(), gate()]
  stage.onEnd(release.open)
  const handle: Koa.Middleware = async (ctx) => {
    entered.open()
    await release.opened
    ctx.body = 'too late'
    left.open()
  }
  return { entered, release, left, handle }
}

/** A body that begins and never ends. */
export function endless(): Readable {
  const body = new Readable({ read() {} })
  body.push('beginning')
  return body
}

/** A body that goes on until its reader is gone. */
export function flowing(): Readable {
  return Readable.from(
    (async function* () {
      for (;;) yield await pause(1, 'x'.repeat(1_000))
    })(),
  )
}
