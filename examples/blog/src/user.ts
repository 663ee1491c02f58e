import type { Context, Next } from 'koa'
import { prisma } from './db.js'
import type { User } from './generated/client.js'

/** Who is logged in; actionlog finds the name for its records in `actionlog_name`. */
export interface CurrentUser extends User {
  readonly actionlog_name: string
}

declare module 'koa' {
  interface DefaultState {
    user?: CurrentUser
  }
  interface DefaultContext {
    session: { userId?: number } | null
  }
}

/** Finds the user of the session. */
export async function currentUser(ctx: Context, next: Next): Promise<void> {
  const id = ctx.session?.userId
  const user = id && (await prisma.user.findUnique({ where: { id } }))
  if (user) setUser(ctx, user)
  await next()
}

/** Says whose request this is. */
export function setUser(ctx: Context, user: User): void {
  ctx.state.user = { ...user, actionlog_name: user.name }
}

/** The user, where a page needs one: 401 without. */
export function requireUser(ctx: Context): CurrentUser {
  return ctx.state.user ?? ctx.throw(401, 'Please log in first')
}
