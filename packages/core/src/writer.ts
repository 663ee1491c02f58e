import type { HandlerStats } from './handler/handler.js'
import type { OnError } from './report.js'

/** The fields of an action record. */
export type ActionFields<Fields extends object = Record<string, unknown>> = Fields & {
  /** Names the kind of record; `"footprint"` is refused: reported, and written without a label. */
  label_name?: string | undefined
}

/** The methods of an action log that an application calls. */
export interface ActionLogWriter {
  /** Writes an action record: `time`, `label_name`, the request's `request_id`, then the fields. Never throws. */
  log<Fields extends object>(fields: ActionFields<Fields>): void
  /**
   * Adds fields to the footprint of the current request, under `extra`. Outside a request, or after its footprint was
   * written, `onError` gets a `late_set`. Never throws.
   */
  set(fields: object): void
  /** Resolves when all records written so far are delivered, or counted as dropped. Never rejects. */
  flush(): Promise<void>
  /** Flushes, then releases the handler; idempotent. Records written later count as dropped. Never rejects. */
  close(): Promise<void>
  /** The counts of its handlers together, in records. */
  stats(): HandlerStats
}

/** An action log that can also report an error to its `onError`. */
export interface ReportingWriter extends ActionLogWriter {
  /** Passes the error to the setting `onError`. Never throws. */
  readonly report: OnError
}
