import { type ActionLogError, messageOf } from './errors.js'
import { escapeControls } from './json.js'

/** Told of everything actionlog itself could not do. What it throws or rejects with is ignored. */
export type OnError = (error: ActionLogError) => void

const QUIET_MS = 60_000

/** The setting `onError` made safe: it never throws, and without one each kind has a line on stderr a minute. */
export function createReporter(onError: OnError = printOncePerKind()): OnError {
  return (error) => {
    try {
      const result: unknown = onError(error)
      if (result instanceof Promise) result.catch(() => {})
    } catch (thrown) {
      console.error(`@actionlog/core: ACTION_LOG_SETTING.onError threw: ${escapeControls(messageOf(thrown))}`)
    }
  }
}

function printOncePerKind(): OnError {
  const kinds = new Map<string, { until: number; held: number }>()
  return ({ code, message }) => {
    const now = performance.now()
    const kind = kinds.get(code)
    if (kind && now < kind.until) {
      kind.held++
      return
    }
    const held = kind?.held ? ` (and ${kind.held} more of its kind)` : ''
    kinds.set(code, { until: now + QUIET_MS, held: 0 })
    console.error(escapeControls(message) + held)
  }
}
