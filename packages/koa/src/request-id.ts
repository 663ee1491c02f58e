import { randomUUID } from 'node:crypto'
import type { Context } from 'koa'

const TRUSTED = /^[\w.:-]{1,128}$/

/** The id a trusted proxy gave the request, else a new one: from anybody else it could be forged. */
export function requestId(ctx: Context, header: string | false): string {
  const given = header && ctx.app.proxy ? ctx.get(header) : ''
  return TRUSTED.test(given) ? given : randomUUID()
}
