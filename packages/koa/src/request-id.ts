import { randomUUID } from 'node:crypto'
import { validateHeaderValue } from 'node:http'
import { type ActionLog, requireSync } from '@actionlog/core'
import type { Context } from 'koa'
import { guard } from './guard.js'

const TRUSTED = /^[\w.:-]{1,128}$/

/**
 * What the setting `requestId` returns, else the id from a trusted proxy, else a new one. Anybody else could forge an id.
 */
export function requestId(ctx: Context, log: ActionLog): string {
  const { requestId: own, requestIdHeader } = log.settings
  const chosen = own && guard(log, 'ACTION_LOG_SETTING.requestId', () => sendable(requireSync(own(ctx))))
  if (chosen) return chosen
  const given = requestIdHeader && ctx.app?.proxy ? ctx.get(requestIdHeader) : ''
  return TRUSTED.test(given) ? given : newId()
}

/** @throws TypeError for a text that cannot stand in a header */
function sendable(id: unknown): string | undefined {
  if (typeof id !== 'string' || id === '') return undefined
  validateHeaderValue('the id', id)
  return id
}

const BLOCK = 4_096
const ENDINGS: readonly string[] = Array.from({ length: BLOCK }, (_, i) => (BLOCK + i).toString(16).slice(1))
let used = BLOCK
let start = ''

/**
 * A new UUID. 4,096 in a row share the first 33 characters of a random UUID; the last three count up. They are unique,
 * but whoever knows one can guess its neighbours, so none may serve as a secret.
 */
export function newId(): string {
  if (used === BLOCK) {
    used = 0
    start = randomUUID().slice(0, -3)
  }
  return start + ENDINGS[used++]
}
