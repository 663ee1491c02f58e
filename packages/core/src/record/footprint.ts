import type { RequestContext } from '../request/context.js'
import type { SqlSummary } from '../request/sql-account.js'
import { describeException } from './exception.js'
import { isoTime } from './iso-time.js'
import { FOOTPRINT, type Footprint } from './record.js'

/** What a web framework's middleware knows of a request once it is over, under the record's own names. */
export interface RequestFacts {
  readonly method: string
  readonly url: string
  readonly view_name: string
  readonly status_code: number
  readonly user: string | null
  readonly remote_ip: string
  readonly user_agent: string | null
  /** Milliseconds from arrival to the response's head, if one was sent. */
  readonly head_time?: number | undefined
  readonly aborted: boolean
  /** What was thrown, whatever it is. */
  readonly error?: { readonly thrown: unknown } | undefined
  readonly trace_id?: string | undefined
  readonly span_id?: string | undefined
}

/** Makes the record of a request that ended at `now` (of `performance.now()`) and closes its SQL account. */
export function buildFootprint(
  request: RequestContext,
  facts: RequestFacts,
  now: number,
  repeatThreshold: number,
): Footprint {
  const sql = request.closeSql(now)
  const total = microseconds(now - request.start)
  const inSql = sql ? Math.min(microseconds(sql.time), total) : 0
  const record: Footprint = {
    time: isoTime(request.time),
    label_name: FOOTPRINT,
    request_id: request.requestId as string,
    method: facts.method,
    url: facts.url,
    view_name: facts.view_name,
    status_code: facts.status_code,
    user: facts.user,
    remote_ip: facts.remote_ip,
    user_agent: facts.user_agent,
    sql_count: sql ? sql.count : 0,
    sql_time: inSql / 1000,
    node_time: (total - inSql) / 1000,
    total_time: total / 1000,
  }
  if (facts.head_time !== undefined) record.head_time = Math.min(microseconds(facts.head_time), total) / 1000
  if (facts.aborted) record.aborted = true
  if (facts.error) Object.assign(record, describeException(facts.error.thrown, record.status_code >= 500))
  if (sql) addSql(record, sql, repeatThreshold)
  if (facts.trace_id !== undefined && facts.span_id !== undefined) {
    record.trace_id = facts.trace_id
    record.span_id = facts.span_id
  }
  if (request.extra) record.extra = request.extra
  return record
}

/** Whole ones, never negative: also of a clock that gives no number. */
function microseconds(ms: number): number {
  const whole = Math.round(ms * 1000)
  return whole > 0 && Number.isFinite(whole) ? whole : 0
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
