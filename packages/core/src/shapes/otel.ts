import type { ActionLogRecord } from '../record/record.js'
import { Fields } from './fields.js'
import type { OtelAttributes, OtelLogRecord } from './otel-log-record.js'
import { present } from './present.js'
import { isServerError, severityOf } from './severity.js'
import { joinUrl, splitUrl, type UrlParts } from './split-url.js'
import { takeTime } from './time.js'

const SEVERITY_NUMBER = { INFO: 9, WARN: 13, ERROR: 17 } as const
const NS_PER_MS = 1_000_000n
// those of RFC 9110 with PATCH and QUERY: all that the conventions know
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY']
/** Attributes below `actionlog.` that are no field of that name. */
export const RESERVED: readonly string[] = ['duration', 'fields']

/**
 * A record as a log record of OpenTelemetry. No field is lost: `fromShape()` gives the record back. Never throws, and
 * changes nothing.
 *
 * Of a labelled record, `user`, `trace_id` and `span_id` keep their meaning; all other fields are the application's own.
 */
export function toOtel(record: ActionLogRecord): OtelLogRecord {
  const fields = new Fields(record)
  const request = fields.isFootprint ? fields : new Fields(undefined) // a labelled record has none of these fields
  const ms = takeTime(fields)
  const severity = severityOf(request)
  const label = fields.text('label_name')
  const traceId = takeId(fields, 'trace_id', 32)
  const spanId = takeId(fields, 'span_id', 16)
  return present<OtelLogRecord>({
    timeUnixNano: ms === undefined ? undefined : String(BigInt(ms) * NS_PER_MS),
    severityNumber: SEVERITY_NUMBER[severity],
    severityText: severity,
    eventName: label === undefined ? 'actionlog' : `actionlog.${label}`,
    attributes: {
      ...present<OtelAttributes>({
        ...requestAttributes(request),
        'user.id': fields.text('user') ?? fields.peekNumber('user')?.toString(),
      }),
      ...ownAttributes(fields.left),
    },
    traceId,
    spanId,
  })
}

function requestAttributes(request: Fields): OtelAttributes {
  const statusType = isServerError(request) ? String(request.peekNumber('status_code')) : undefined
  const { path, query } = takeUrl(request)
  const route = takeRoute(request) // while the method is there
  return present<OtelAttributes>({
    ...takeMethod(request),
    'http.response.status_code': request.number('status_code'),
    'http.route': route,
    'url.path': path,
    'url.query': query,
    'client.address': request.text('remote_ip') || undefined,
    'user_agent.original': request.text('user_agent'),
    'error.type': request.peekText('ex_type') ?? statusType,
    'exception.type': request.text('ex_type'),
    'exception.message': request.text('ex_message'),
    'exception.stacktrace': request.text('ex_stack'),
    'actionlog.duration': takeSeconds(request),
  })
}

function takeMethod(request: Fields): OtelAttributes {
  const method = request.text('method')
  if (method === undefined) return {}
  if (METHODS.includes(method)) return { 'http.request.method': method }
  return { 'http.request.method': '_OTHER', 'http.request.method_original': method }
}

/** The URL's parts; the field is left if they do not say all of it. */
function takeUrl(request: Fields): UrlParts {
  const url = request.peekText('url')
  const parts = splitUrl(url)
  if (parts.path !== undefined && joinUrl(parts) === url) request.text('url')
  return parts
}

/** The template in `METHOD /template`; the field is left if the method is another, or it is a name. */
function takeRoute(request: Fields): string | undefined {
  const name = request.peekText('view_name') ?? ''
  const start = name.indexOf(' ') + 1
  if (start === 0 || name[start] !== '/') return undefined
  if (name.slice(0, start - 1) === request.peekText('method')) request.text('view_name')
  return name.slice(start)
}

/** Seconds, to the microsecond; the field is left if they do not say all of it. */
function takeSeconds(request: Fields): number | undefined {
  const ms = request.peekNumber('total_time')
  if (ms === undefined) return undefined
  const seconds = Math.round(ms * 1_000) / 1_000_000
  if (msOf(seconds) === ms) request.number('total_time')
  return seconds
}

/** Seconds as a record's milliseconds, with at most three decimals. */
export function msOf(seconds: number): number {
  return Math.round(seconds * 1_000_000) / 1_000
}

/** An id of that many hexadecimal digits, not all of them 0. https://www.w3.org/TR/trace-context */
function takeId(fields: Fields, name: string, digits: number): string | undefined {
  const id = fields.peekText(name)
  const isId = id?.length === digits && /^[\da-f]+$/.test(id) && !/^0+$/.test(id)
  return isId ? fields.text(name) : undefined
}

function ownAttributes(left: ReadonlyMap<string, unknown>): OtelAttributes {
  const own: [string, unknown][] = []
  const reserved: [string, unknown][] = []
  for (const [name, value] of left)
    if (RESERVED.includes(name)) reserved.push([name, value])
    else own.push([`actionlog.${name}`, value])
  if (reserved.length > 0) own.push(['actionlog.fields', Object.fromEntries(reserved)])
  return Object.fromEntries(own)
}
