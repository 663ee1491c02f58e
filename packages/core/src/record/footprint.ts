import type { RequestContext } from '../request/context.js'
import type { SqlSummary } from '../request/sql-account.js'
import { describeException } from './exception.js'
import { isoTime } from './iso-time.js'

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

/** The one record of a request. All times are milliseconds with at most 3 decimals. */
export interface Footprint {
  /** When the request arrived: ISO 8601 in UTC with milliseconds. */
  time: string
  label_name: 'footprint'
  request_id: string
  method: string
  /** Path and query as received, values of sensitive query keys as `***`. */
  url: string
  /** The route's name, else `METHOD /route/:pattern`, else `(unmatched)`: never a raw path. */
  view_name: string
  /** The status really sent; 499 when the client left before headers were sent. */
  status_code: number
  user: string | null
  remote_ip: string
  user_agent: string | null
  /** Statements handed to the database driver, failed ones included, transaction control not. */
  sql_count: number
  /** How long at least one statement, transaction control or wait for a connection was under way. */
  sql_time: number
  /** `total_time − sql_time`. */
  node_time: number
  /** From arrival to the last byte handed over, or to the disconnect. */
  total_time: number
  /** The client left before the response was complete. */
  aborted?: true
  /** The exception that reached the middleware or broke the response stream. */
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
  sql_slowest_time?: number
  /** The most repeated statement, once it ran `repeatThreshold` times: the N+1 hint. */
  sql_repeat?: string
  sql_repeat_count?: number
  /** Of the active OpenTelemetry span, else from a valid `traceparent` header. */
  trace_id?: string
  span_id?: string
  /** What `actionlog.set()` added. */
  extra?: Record<string, unknown>
}

/** What a web framework's middleware knows of a request once it is over. */
export interface RequestFacts {
  method: string
  url: string
  viewName: string
  statusCode: number
  user: string | null
  remoteIp: string
  userAgent: string | null
  aborted: boolean
  /** What was thrown, whatever it is. */
  error?: { readonly thrown: unknown } | undefined
  trace?: { readonly traceId: string; readonly spanId: string } | undefined
}

/** The label of footprints; no action record may carry it. */
export const FOOTPRINT = 'footprint'

/** Makes the record of a request that ended at `now` (of `performance.now()`) and closes its SQL account. */
export function buildFootprint(request: RequestContext, facts: RequestFacts, now: number): Footprint {
  const sql = request.sql.close(now)
  const total = microseconds(now - request.start)
  const inSql = Math.min(microseconds(sql.time), total)
  const record: Footprint = {
    time: isoTime(request.time),
    label_name: FOOTPRINT,
    request_id: request.requestId as string,
    method: facts.method,
    url: facts.url,
    view_name: facts.viewName,
    status_code: facts.statusCode,
    user: facts.user,
    remote_ip: facts.remoteIp,
    user_agent: facts.userAgent,
    sql_count: sql.count,
    sql_time: inSql / 1000,
    node_time: (total - inSql) / 1000,
    total_time: total / 1000,
  }
  if (facts.aborted) record.aborted = true
  if (facts.error) Object.assign(record, describeException(facts.error.thrown, record.status_code >= 500))
  addSql(record, sql, request.log.settings.repeatThreshold)
  if (facts.trace) {
    record.trace_id = facts.trace.traceId
    record.span_id = facts.trace.spanId
  }
  if (request.extra) record.extra = request.extra
  return record
}

function microseconds(ms: number): number {
  return Math.max(0, Math.round(ms * 1000))
}

function addSql(record: Footprint, sql: SqlSummary, repeatThreshold: number): void {
  if (sql.errors > 0) record.sql_errors = sql.errors
  if (sql.source) record.sql_source = sql.source
  if (sql.slowest) {
    record.sql_slowest = sql.slowest.text
    record.sql_slowest_time = microseconds(sql.slowest.time) / 1000
  }
  if (sql.repeated && sql.repeated.count >= repeatThreshold) {
    record.sql_repeat = sql.repeated.text
    record.sql_repeat_count = sql.repeated.count
  }
}
