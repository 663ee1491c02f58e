import { messageOf } from '../errors.js'
import type { RequestContext } from '../request/context.js'
import type { SqlSummary } from '../request/sql-account.js'
import { isoTime } from './iso-time.js'
import { cut, escapeControls, toJson } from './json.js'

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

const MAX_MESSAGE_CHARS = 8_192
const MAX_STACK_CHARS = 16_384
const MAX_CAUSES = 3

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
  if (facts.error) addError(record, facts.error.thrown)
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

function addError(record: Footprint, thrown: unknown): void {
  record.ex_type = typeOf(thrown)
  record.ex_message = cut(describe(thrown), MAX_MESSAGE_CHARS)
  if (record.status_code < 500) return
  const stack = stackOf(thrown)
  if (stack) record.ex_stack = cut(stack, MAX_STACK_CHARS)
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

/** An error's `name`, or its class where the name says only "Error"; the type of what is no error. */
function typeOf(thrown: unknown): string {
  if (thrown === null) return 'null'
  if (typeof thrown !== 'object') return typeof thrown
  try {
    const { name, constructor: made } = thrown as Error
    const own = typeof name === 'string' && name !== 'Error' ? name : made?.name
    return cut(own || name || 'object', 200)
  } catch {
    return 'object'
  }
}

/** Its message; for a thrown object without one its JSON, for an AggregateError those of its errors. */
function describe(thrown: unknown): string {
  const message = messageOf(thrown)
  if (message === '[object Object]') return toJson(thrown, MAX_MESSAGE_CHARS)
  return message || related(thrown).map(messageOf).join('; ')
}

/** Its stack, then those of what caused it. */
function stackOf(thrown: unknown, depth = 0): string | undefined {
  try {
    const { stack } = thrown as Error
    if (typeof stack !== 'string') return undefined
    const causes = depth < MAX_CAUSES ? related(thrown).map((cause) => stackOf(cause, depth + 1)) : []
    const own = depth > 0 ? onOneLine(stack, messageOf(thrown)) : stack
    return [cut(own, MAX_STACK_CHARS), ...causes.filter(Boolean)].join('\ncaused by: ')
  } catch {
    return undefined
  }
}

/** A message inside of a stack may hold what a client sent: it starts no line there. */
function onOneLine(stack: string, message: string): string {
  const start = stack.indexOf(message)
  if (start < 0) return escapeControls(stack)
  const end = start + message.length
  return stack.slice(0, start) + escapeControls(message) + stack.slice(end)
}

/** The error's cause and, of an AggregateError, the first of its errors. */
function related(thrown: unknown): unknown[] {
  try {
    const { cause, errors } = thrown as AggregateError
    return [cause, ...(Array.isArray(errors) ? errors.slice(0, MAX_CAUSES) : [])].filter(Boolean)
  } catch {
    return []
  }
}
