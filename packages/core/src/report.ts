import { ActionLogError, type ActionLogErrorCode, messageOf } from './errors.js'
import { onExit } from './on-exit.js'
import { escapeControls } from './record/json.js'
import { requireSync } from './require-sync.js'

/** Told of everything actionlog itself could not do. What it throws or rejects with is ignored. */
export type OnError = (error: ActionLogError) => void

const QUIET_MS = 60_000

/** How a handler tells its `onError`, if it has one: whatever that throws or rejects with, the handler goes on. */
export function tell(onError: OnError | undefined, error: ActionLogError): void {
  try {
    requireSync(onError?.(error))
  } catch {
    // it is an application's, and was told
  }
}

/** The setting `onError` made safe: it never throws, and without one each kind has a line on stderr a minute. */
export function createReporter(onError?: OnError): OnError {
  const print = printOncePerKind()
  if (!onError) return print
  return (error) => {
    try {
      const result: unknown = onError(error)
      if (result) Promise.resolve(result).catch(() => {})
    } catch (thrown) {
      const message = `@actionlog/core: ACTION_LOG_SETTING.onError threw: ${messageOf(thrown)}`
      print(new ActionLogError('callback_failed', message))
    }
  }
}

/** The first of its kind at once; how many more there were, a minute later or at exit. */
function printOncePerKind(): OnError {
  const held = new Map<ActionLogErrorCode, number>()
  return ({ code, message }) => {
    const more = held.get(code)
    if (more !== undefined) return void held.set(code, more + 1)
    held.set(code, 0)
    console.error(escapeControls(message))
    const tell = (): void => {
      const count = held.get(code)
      held.delete(code)
      forgetExit()
      if (count) console.error(`@actionlog/core: ${count} more of the kind ${code} in the last minute`)
    }
    const forgetExit = onExit(tell)
    setTimeout(tell, QUIET_MS).unref()
  }
}
