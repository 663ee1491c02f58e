import fc from 'fast-check'
import type { ActionRecord, Footprint } from '../../src/index.js'

/** A footprint with every field that there is. */
export const full: Footprint = {
  time: '2026-11-22T20:00:08.728Z',
  label_name: 'footprint',
  request_id: 'b1946ac9-2492-4d23-9f0a-1f5c2f3e8f10',
  method: 'GET',
  url: '/posts/7?page=2&token=***',
  view_name: 'GET /posts/:id',
  status_code: 500,
  user: 'alice',
  remote_ip: '192.0.2.7',
  user_agent: 'curl/8.5.0',
  sql_count: 12,
  sql_time: 3.182,
  node_time: 1.604,
  total_time: 4.786,
  head_time: 4.612,
  aborted: true,
  ex_type: 'TypeError',
  ex_message: 'no such post',
  ex_stack: 'TypeError: no such post\n    at /app/posts.js:1:2',
  sql_errors: 1,
  sql_source: 'event',
  sql_slowest: 'SELECT … FROM Comment',
  sql_slowest_time: 2.013,
  sql_repeat: 'Post.findMany',
  sql_repeat_count: 10,
  trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  span_id: '00f067aa0ba902b7',
  extra: { cart_items: 3, version: '1.4.2', nested: { list: [1, null, { a: 'b' }] } },
}

/** The footprint of an ordinary request, with these fields. */
export function footprint(changed: Partial<Footprint> = {}): Footprint {
  return {
    time: '2026-11-22T20:00:08.728Z',
    label_name: 'footprint',
    request_id: 'r-1',
    method: 'GET',
    url: '/posts/7',
    view_name: 'posts',
    status_code: 200,
    user: null,
    remote_ip: '127.0.0.1',
    user_agent: null,
    sql_count: 0,
    sql_time: 0,
    node_time: 1.604,
    total_time: 1.604,
    ...changed,
  }
}

/** A labelled record, with these fields. */
export function labelled(fields: Record<string, unknown> = {}): ActionRecord {
  return { time: '2026-11-22T20:00:08.728Z', label_name: 'hoge_save', request_id: 'r-1', ...fields }
}

const text = fc.string({ unit: 'binary', maxLength: 20 })
const ms = fc.nat(2 ** 40).map((microseconds) => microseconds / 1_000)
const time = fc.date({ min: new Date(0), noInvalidDate: true }).map((date) => date.toISOString())
const path = fc.oneof(
  text,
  fc.webPath(),
  text.map((rest) => `/${rest}`),
  fc.constantFrom('*', '', '?', '/?', 'a:443'),
)
const url = fc.oneof(path, fc.webUrl({ withQueryParameters: true }))
const method = fc.constantFrom('GET', 'POST', 'HEAD', 'QUERY', 'PROPFIND', 'get', '')
// JSON knows no -0
const json = fc.jsonValue({ maxDepth: 3 }).map((value): unknown => JSON.parse(JSON.stringify(value)))
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
const names = fc.oneof(
  text,
  fc.constantFrom(
    '__proto__',
    'duration',
    'fields',
    'time',
    'url',
    'view_name',
    'ecs',
    'a.b',
    'constructor',
    'user',
    'method',
  ),
)
/** Fields of the application's own, of any name and value. */
const own = fc.dictionary(names, json, { noNullPrototype: true })

const always = {
  time,
  label_name: fc.constant('footprint' as const),
  request_id: text,
  method,
  url,
  view_name: fc.oneof(
    text,
    fc.tuple(method, path).map((parts) => parts.join(' ')),
    fc.constant('(unmatched)'),
  ),
  status_code: fc.integer({ min: 100, max: 599 }),
  user: fc.option(text),
  remote_ip: fc.oneof(fc.ipV4(), fc.ipV6(), text),
  user_agent: fc.option(text),
  sql_count: fc.nat(),
  sql_time: ms,
  node_time: ms,
  total_time: ms,
}
const sometimes = {
  head_time: ms,
  aborted: fc.constant(true as const),
  ex_type: text,
  ex_message: text,
  ex_stack: text,
  sql_errors: fc.nat(),
  sql_source: fc.constantFrom('event' as const, 'operation' as const),
  sql_slowest: text,
  sql_slowest_time: ms,
  sql_repeat: text,
  sql_repeat_count: fc.nat(),
  trace_id: fc.oneof(hex(32), text),
  span_id: fc.oneof(hex(16), text),
  extra: own,
}

export const footprints: fc.Arbitrary<Footprint> = fc.record(
  { ...always, ...sometimes },
  { requiredKeys: Object.keys(always) as (keyof typeof always)[], noNullPrototype: true },
)

const anyTime = fc.oneof(
  time,
  text,
  json,
  fc.double().map((number) => number + 0), // JSON has no -0

  fc.constantFrom('2026-11-22T20:00+09:00', '1969-12-31T00:00:00.000Z'),
)
export const actionRecords: fc.Arbitrary<ActionRecord> = fc
  .tuple(
    own,
    anyTime,
    fc.option(text.filter((label) => label !== 'footprint')),
    fc.option(fc.oneof(text, json)),
  )
  .map(([fields, time, label_name, request_id]) => ({
    time,
    ...(label_name !== null && { label_name }),
    ...(request_id !== null && { request_id }),
    ...fields,
    ...(fields.label_name === 'footprint' && { label_name: 'other' }),
  }))

// biome-ignore format: a list to be read at a glance
const NAMES = [
  ...Object.keys(full), 'duration', 'fields', 'toString', 'valueOf', 'toJSON', 'then', 'constructor', '__proto__', 'a.b', '',
  '@timestamp', 'ecs', 'event', 'dataset', 'action', 'http', 'request', 'response', 'id', 'original', 'path', 'query', 'client',
  'address', 'error', 'type', 'message', 'stack_trace', 'trace', 'span', 'labels', 'actionlog', 'timeUnixNano', 'eventName',
  'attributes', 'traceId', 'spanId', 'url.path', 'url.query', 'http.request.method', 'http.request.method_original', 'http.route',
  'http.response.status_code', 'user.id', 'client.address', 'exception.type', 'actionlog.duration', 'actionlog.fields',
  'actionlog.__proto__',
]
const oddText = fc.oneof(
  text,
  fc.constantFrom(
    '\ud800',
    'x'.repeat(20_000),
    'footprint',
    'actionlog',
    '2026-11-22T20:00:08.728Z',
    '9'.repeat(26),
    '-1',
  ),
)
const oddNumber = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.POSITIVE_INFINITY, -0, 8.64e15 + 1, 2 ** 53 + 2),
)

/** Fields of names that mean something in a record or a shape, and of any value that JSON can hold, 1e400 too. */
export const anyFields: fc.Arbitrary<Record<string, unknown>> = fc.letrec<{
  value: unknown
  object: Record<string, unknown>
}>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    oddText,
    oddNumber,
    fc.constantFrom(null, true, false),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...NAMES) }, text), tie('value'), {
    maxKeys: 8,
    noNullPrototype: true,
  }),
})).object
