import { type ActionLog, ActionLogError, messageOf, requireSync } from '@actionlog/core'

/** Runs what must not break the request; `undefined` if it throws or answers with a promise, which is reported. */
export function guard<T>(log: ActionLog, what: string, run: () => T): T | undefined {
  try {
    return requireSync(run())
  } catch (error) {
    reportThrown(log, what, error)
    return undefined
  }
}

/** Reports what was thrown where nothing may be thrown on. */
export function reportThrown(log: ActionLog, what: string, error: unknown): void {
  const message = `@actionlog/koa: ${what} threw: ${messageOf(error)}`
  log.report(new ActionLogError('callback_failed', message, { cause: error }))
}
