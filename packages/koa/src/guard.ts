import { type ActionLog, ActionLogError, messageOf, requireSync } from '@actionlog/core'

/** Runs code that must not break the request. If it throws or returns a promise, reports that and returns `undefined`. */
export function guard<T>(log: ActionLog, what: string, run: () => T): T | undefined {
  try {
    return requireSync(run())
  } catch (error) {
    reportThrown(log, what, error)
    return undefined
  }
}

/** Reports an error where it must not be thrown on. */
export function reportThrown(log: ActionLog, what: string, error: unknown): void {
  const message = `@actionlog/koa: ${what} failed: ${messageOf(error)}`
  log.report(new ActionLogError('callback_failed', message, { cause: error }))
}
