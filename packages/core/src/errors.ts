import { cut } from './record/escape.js'
import { toJson } from './record/json.js'
import { messageText } from './text-of.js'

const MAX_MESSAGE_CHARS = 8_192

/** What went wrong, as a stable word that code can compare with. */
export type ActionLogErrorCode =
  | 'invalid_settings' // thrown at start
  | 'handler_failed' // a sink cannot be opened or written to
  | 'records_dropped' // records are lost
  | 'callback_failed' // a function of the app, such as a setting, threw
  | 'request_not_followed' // a request leaves no footprint
  | 'bad_fields' // log() or set() got something it cannot write
  | 'late_set' // set() without a footprint to add to
  | 'inexact_sql' // statements are counted, but not exactly

/**
 * Every error that actionlog makes. The message names the package, the path, the rule and the value.
 * Errors are thrown only while an app starts (settings, a handler that cannot open its sink); at run time `onError` is
 * called with them instead.
 */
export class ActionLogError extends Error {
  override readonly name: 'ActionLogError' = 'ActionLogError'
  /** Stable: safe to compare with, unlike the message. */
  readonly code: ActionLogErrorCode

  constructor(code: ActionLogErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * The message of an error, or of anything else that was thrown, as text; JSON of what has no text. At most about 8,192
 * characters. Never throws.
 */
export function messageOf(thrown: unknown): string {
  return cut(messageText(thrown) ?? toJson(thrown, MAX_MESSAGE_CHARS), MAX_MESSAGE_CHARS)
}
