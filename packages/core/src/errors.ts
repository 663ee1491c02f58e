/** What went wrong, as a stable word to test for. */
export type ActionLogErrorCode =
  | 'invalid_settings'
  | 'handler_failed'
  | 'records_dropped'
  | 'callback_failed'
  | 'request_not_followed'
  | 'bad_fields'
  | 'late_set'
  | 'inexact_sql'

/**
 * Every error actionlog makes. Its message names the package, the path, the rule and what came.
 * Thrown only while an app starts (settings, a handler that cannot open its sink); at run time it is
 * given to `onError` instead.
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

/** An error's message, or whatever else was thrown, as text; never throws. */
export function messageOf(error: unknown): string {
  try {
    return String((error as Error | undefined)?.message ?? error)
  } catch {
    return 'an error whose message cannot be read'
  }
}
