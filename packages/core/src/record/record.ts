/** Any record: a footprint, or what `actionlog.log()` wrote. */
export type ActionLogRecord = Footprint | ActionRecord

/** What `actionlog.log()` writes: the caller's fields at the top level. */
export interface ActionRecord {
  /** ISO 8601 in UTC with milliseconds, unless the caller gave one. */
  time: unknown
  /** Never `"footprint"`. */
  label_name?: string
  /** The request it was written in. */
  request_id?: unknown
  [field: string]: unknown
}

/** The label of footprints; no action record may carry it. */
export const FOOTPRINT = 'footprint'

/** The one record of a request. All times are milliseconds with at most 3 decimals. */
export interface Footprint {
  /** When the request arrived: ISO 8601 in UTC with milliseconds. */
  time: string
  label_name: 'footprint'
  /** The id in the response's header: actionlog's, or the one that the app set there itself. */
  request_id: string
  method: string
  /** Path and query as received, credentials and values of sensitive query keys as `***`. */
  url: string
  /** The route's name, else `METHOD /route/:pattern`, else `(unmatched)`: never a raw path. */
  view_name: string
  /** The status really sent; 499 when the client left before headers were sent. */
  status_code: number
  /** Who is logged in; `null` for nobody. */
  user: string | null
  /** Koa's `ctx.ip`, which honours `app.proxy`. */
  remote_ip: string
  user_agent: string | null
  /** Statements handed to the database driver, failed ones included, transaction control not. */
  sql_count: number
  /** How long at least one statement, transaction control or wait for a connection was in flight. */
  sql_time: number
  /** `total_time − sql_time`. */
  node_time: number
  /** From arrival to the last byte handed over, or to the disconnect. */
  total_time: number
  /** From arrival to the response's head; absent if none was sent. */
  head_time?: number
  /** The client left before the response was complete. */
  aborted?: true
  /** The exception that reached the middleware, that was emitted as the app's `error` event, or that broke the response. */
  ex_type?: string
  /** At most 8,192 characters. */
  ex_message?: string
  /** Only when `status_code` ≥ 500; at most 16,384 characters. */
  ex_stack?: string
  /** Statements that failed. */
  sql_errors?: number
  /** `sql_count` is an estimate; absent = exact. */
  sql_source?: 'event' | 'operation'
  /** The slowest statement, without any value. */
  sql_slowest?: string
  /** Milliseconds. */
  sql_slowest_time?: number
  /** The most repeated statement, once it ran `repeatThreshold` times: the N+1 hint. */
  sql_repeat?: string
  /** How often it ran. */
  sql_repeat_count?: number
  /** Of the active OpenTelemetry span, else from a valid `traceparent` header. */
  trace_id?: string
  span_id?: string
  /** What `actionlog.set()` added, and the setting `fields`. */
  extra?: Record<string, unknown>
}
