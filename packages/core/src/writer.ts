import type { HandlerStats } from './handler/handler.js'
import type { OnError } from './report.js'

/** The fields of a record of the application's own. */
export type ActionFields<Fields extends object = Record<string, unknown>> = Fields & {
  /** Names the kind of record; `"footprint"` is refused: reported, and written without a label. */
  label_name?: string | undefined
}

/** What an application's code does with its action log. */
export interface ActionLogWriter {
  /** Writes a record of its own: `time`, `label_name`, the request's `request_id`, then the fields. Never throws. */
  log<Fields extends object>(fields: ActionFields<Fields>): void
  /** Adds fields to the footprint of the request this runs in (`extra`); too late or outside one it is reported. Never throws. */
  set(fields: object): void
  /** Resolves when all written so far is delivered, or counted as dropped. Never rejects. */
  flush(): Promise<void>
  /** Flushes, then releases the handler; idempotent. Records written later count as dropped. Never rejects. */
  close(): Promise<void>
  /** The handler's account. */
  stats(): HandlerStats
}

/** An action log as the parts of actionlog see it: they also report to it what they could not do. */
export interface ReportingWriter extends ActionLogWriter {
  /** Passes the error to the setting `onError`. Never throws. */
  readonly report: OnError
}
