import { type ActionLog, ActionLogError, messageOf, requireSync } from '@actionlog/core'

/** Runs what must not break the request; `undefined` if it throws or answers with a promise, which is reported. */
export function guard<T>(log: ActionLog, what: string, run: () => T): T | undefined {
  try {
    return requireSync(run())
  } catch (error) {
    const message = `@actionlog/koa: ${what} threw: ${messageOf(error)}`
    log.report(new ActionLogError('callback_failed', message, { cause: error }))
    return undefined
  }
}
