import { isIP } from 'node:net'
import type { ActionLogRecord } from '../record/record.js'
import type { EcsDocument } from './ecs-document.js'
import { Fields } from './fields.js'
import { group, present } from './present.js'
import { isServerError, severityOf } from './severity.js'
import { splitUrl } from './split-url.js'
import { takeTime } from './time.js'

const NS_PER_MS = 1_000_000

/**
 * A record under the names of the Elastic Common Schema. No field is lost: `fromShape()` gives the record back. Never
 * throws, and changes nothing.
 *
 * Of a labelled record, `user`, `trace_id` and `span_id` keep their meaning; all other fields are the application's own.
 */
export function toEcs(record: ActionLogRecord): EcsDocument {
  const fields = new Fields(record)
  const { isFootprint } = fields
  const request = isFootprint ? fields : new Fields(undefined) // a labelled record has none of these fields
  const ms = takeTime(fields)
  const level = severityOf(request).toLowerCase() as EcsDocument['log']['level']
  const outcome = isFootprint ? outcomeOf(request) : undefined
  const url = request.text('url')
  const address = request.text('remote_ip')
  return present<EcsDocument>({
    '@timestamp': ms === undefined ? undefined : new Date(ms).toISOString(),
    ecs: { version: '9.4.0' },
    event: present<EcsDocument['event']>({
      kind: 'event',
      category: isFootprint ? ['web'] : undefined,
      type: isFootprint ? ['access'] : undefined,
      action: fields.text('label_name'),
      dataset: isFootprint ? 'actionlog.footprint' : 'actionlog.action',
      outcome,
      duration: takeDuration(request),
    }),
    log: { level },
    http: group({
      request: group({ id: fields.text('request_id'), method: request.text('method') }),
      response: group({ status_code: request.number('status_code') }),
    }),
    url: group({ original: url, ...splitUrl(url) }),
    client: group({ address: address || undefined, ip: address && isIP(address) ? address : undefined }),
    user: group({ id: takeUser(fields) }),
    user_agent: group({ original: request.text('user_agent') }),
    trace: group({ id: fields.text('trace_id') }),
    span: group({ id: fields.text('span_id') }),
    error: group({
      type: request.text('ex_type'),
      message: request.text('ex_message'),
      stack_trace: request.text('ex_stack'),
    }),
    ...ownParts(request, fields),
  })
}

/** The client's errors are no failures of the server; an exception after the head of a 200 is one. */
function outcomeOf(request: Fields): 'success' | 'failure' | 'unknown' {
  const isThrown = request.left.has('ex_type') && (request.peekNumber('status_code') ?? 0) < 400
  if (isServerError(request) || isThrown) return 'failure'
  return request.left.get('aborted') === true ? 'unknown' : 'success'
}

/** Whole nanoseconds; the field is left if they do not say all of it. */
function takeDuration(request: Fields): number | undefined {
  const ms = request.peekNumber('total_time')
  if (ms === undefined) return undefined
  const ns = Math.round(ms * NS_PER_MS)
  if (ns / NS_PER_MS === ms) request.number('total_time')
  return ns
}

/** A number is written as text, and left, as it is no text. */
function takeUser(fields: Fields): string | undefined {
  return fields.text('user') ?? fields.peekNumber('user')?.toString()
}

/** What actionlog's own fields are, and what is left. */
function ownParts(request: Fields, fields: Fields): Pick<EcsDocument, 'labels' | 'actionlog'> {
  const own = present<NonNullable<EcsDocument['actionlog']>>({
    head_time: request.number('head_time'),
    aborted: request.boolean('aborted'),
    sql_count: request.number('sql_count'),
    sql_time: request.number('sql_time'),
    sql_errors: request.number('sql_errors'),
    sql_source: request.text('sql_source'),
    sql_slowest: request.text('sql_slowest'),
    sql_slowest_time: request.number('sql_slowest_time'),
    sql_repeat: request.text('sql_repeat'),
    sql_repeat_count: request.number('sql_repeat_count'),
    node_time: request.number('node_time'),
    extra: request.object('extra'),
    fields: undefined,
  })
  const left = [...fields.left]
  const labels = left.filter(([name, value]) => isLabel(name, value))
  const others = left.filter(([name, value]) => !isLabel(name, value))
  if (others.length > 0) own.fields = Object.fromEntries(others)
  return present<Pick<EcsDocument, 'labels' | 'actionlog'>>({
    labels: labels.length > 0 ? (Object.fromEntries(labels) as EcsDocument['labels']) : undefined,
    actionlog: group(own),
  })
}

// a dot would make an object of it, and no engine takes a name that is empty or blank
const NAME = /^[\p{L}\p{N}_-]+$/u

function isLabel(name: string, value: unknown): boolean {
  const type = typeof value
  return (type === 'string' || type === 'number' || type === 'boolean') && NAME.test(name)
}
