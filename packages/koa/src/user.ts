import { type ActionLog, requireSync, textOf } from '@actionlog/core'
import type { Context } from 'koa'
import { guard, reportThrown } from './guard.js'

const NAMES = ['actionlog_name', 'actionlogName', 'id', 'sub']
const MAX_CHARS = 256

/** The user: what the setting `user` returns, else the login object's name or id as text; `null` for nobody. */
export function userOf(ctx: Context, log: ActionLog): string | null {
  const { user, loginObjName, loginCheckFunc } = log.settings
  if (user) return guard(log, 'ACTION_LOG_SETTING.user', () => asText(requireSync(user(ctx)))) ?? null
  try {
    const login: unknown = ctx.state[loginObjName] ?? read(ctx, loginObjName)
    if (login === undefined || login === null || login === false) return null
    return isLoggedIn(login, ctx, loginCheckFunc) ? nameOf(login) : null
  } catch (error) {
    reportThrown(log, `reading the login object "${loginObjName}"`, error)
    return null
  }
}

/** Calls the check on the login object, else on the context (passport). Without a check a present object is logged in. */
function isLoggedIn(login: unknown, ctx: Context, check: string): boolean {
  if (read(login, check) !== undefined) return Boolean(valueAt(login, check))
  return read(ctx, check) === undefined || Boolean(valueAt(ctx, check))
}

function nameOf(login: unknown): string | null {
  if (typeof login !== 'object' && typeof login !== 'function') return asText(login)
  for (const name of NAMES) {
    const text = asText(valueAt(login, name))
    if (text !== null) return text
  }
  return null
}

/** A property, or what the method of that name returns. */
function valueAt(owner: unknown, name: string): unknown {
  const value = read(owner, name)
  return requireSync(typeof value === 'function' ? value.call(owner) : value)
}

function read(owner: unknown, name: string): unknown {
  return (owner as Record<string, unknown>)[name]
}

/** An id as text: strings, numbers, bigints, bytes in hexadecimal, and objects that have a text of their own (ObjectId). */
function asText(id: unknown): string | null {
  if (id === undefined || id === null || typeof id === 'boolean' || typeof id === 'symbol') return null
  if (Array.isArray(id)) return null // it may be of any length
  const text = ArrayBuffer.isView(id) ? hexOf(id) : typeof id === 'bigint' ? textOf(id) : String(id)
  return !text || text.startsWith('[object ') ? null : text.slice(0, MAX_CHARS)
}

function hexOf({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer, byteOffset, Math.min(byteLength, MAX_CHARS)).toString('hex')
}
