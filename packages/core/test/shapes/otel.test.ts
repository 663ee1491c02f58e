import * as conventions from '@opentelemetry/semantic-conventions/incubating'
import fc from 'fast-check'
import { toOtel } from '../../src/shapes/index.js'
import { actionRecords, footprint, footprints, full, labelled } from './records.js'

const known = new Set<unknown>(
  Object.entries(conventions)
    .filter(([name]) => name.startsWith('ATTR_'))
    .map(([, value]) => value),
)

describe('toOtel()', () => {
  test('writes each field of a footprint under the name that the conventions have for it', () => {
    expect(toOtel(full)).toEqual({
      timeUnixNano: '1795377608728000000',
      severityNumber: 17,
      severityText: 'ERROR',
      eventName: 'actionlog.footprint',
      attributes: {
        'http.request.method': 'GET',
        'http.response.status_code': 500,
        'http.route': '/posts/:id',
        'url.path': '/posts/7',
        'url.query': 'page=2&token=***',
        'client.address': '192.0.2.7',
        'user_agent.original': 'curl/8.5.0',
        'user.id': 'alice',
        'error.type': 'TypeError',
        'exception.type': 'TypeError',
        'exception.message': 'no such post',
        'exception.stacktrace': 'TypeError: no such post\n    at /app/posts.js:1:2',
        'actionlog.duration': 0.004786,
        'actionlog.request_id': 'b1946ac9-2492-4d23-9f0a-1f5c2f3e8f10',
        'actionlog.head_time': 4.612,
        'actionlog.aborted': true,
        'actionlog.sql_count': 12,
        'actionlog.sql_time': 3.182,
        'actionlog.sql_errors': 1,
        'actionlog.sql_source': 'event',
        'actionlog.sql_slowest': 'SELECT … FROM Comment',
        'actionlog.sql_slowest_time': 2.013,
        'actionlog.sql_repeat': 'Post.findMany',
        'actionlog.sql_repeat_count': 10,
        'actionlog.node_time': 1.604,
        'actionlog.extra': { cart_items: 3, version: '1.4.2', nested: { list: [1, null, { a: 'b' }] } },
      },
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      spanId: '00f067aa0ba902b7',
    })
  })

  test('writes a labelled record as an event of that name, with its user, and its own fields below actionlog', () => {
    const fields = { user: 'bob', foo: 'bar', method: 'card', list: [1], nothing: null }
    expect(toOtel(labelled(fields))).toEqual({
      timeUnixNano: '1795377608728000000',
      severityNumber: 9,
      severityText: 'INFO',
      eventName: 'actionlog.hoge_save',
      attributes: {
        'user.id': 'bob',
        'actionlog.request_id': 'r-1',
        'actionlog.foo': 'bar',
        'actionlog.method': 'card',
        'actionlog.list': [1],
        'actionlog.nothing': null,
      },
    })
  })

  test('keeps a field whose name means something else below actionlog apart', () => {
    const { attributes } = toOtel(labelled({ duration: 5, fields: { a: 1 } }))
    expect(attributes['actionlog.duration']).toBeUndefined()
    expect(attributes['actionlog.fields']).toEqual({ duration: 5, fields: { a: 1 } })
  })

  test('names the event of a record without a label actionlog', () => {
    expect(toOtel({ time: '2026-11-22T20:00:08.728Z' }).eventName).toBe('actionlog')
  })

  test.each([
    [200, {}, 'INFO', 9],
    [404, {}, 'INFO', 9],
    [404, { ex_type: 'NotFoundError' }, 'ERROR', 17],
    [499, { aborted: true }, 'WARN', 13],
    [200, { ex_type: 'Error', aborted: true }, 'ERROR', 17],
    [500, {}, 'ERROR', 17],
  ] as const)('gives a status of %i with %j the severity %s', (status_code, further, text, number) => {
    const { severityText, severityNumber } = toOtel(footprint({ status_code, ...further }))
    expect([severityText, severityNumber]).toEqual([text, number])
  })

  test('takes the status as the type of the error if there is no exception', () => {
    expect(toOtel(footprint({ status_code: 503 })).attributes['error.type']).toBe('503')
    expect(toOtel(footprint({ status_code: 404 })).attributes).not.toHaveProperty('error.type')
    const thrown = toOtel(footprint({ status_code: 404, ex_type: 'NotFoundError' }))
    expect(thrown.attributes['error.type']).toBe('NotFoundError')
  })

  test.each([
    ['QUERY', { 'http.request.method': 'QUERY' }],
    ['PROPFIND', { 'http.request.method': '_OTHER', 'http.request.method_original': 'PROPFIND' }],
    ['get', { 'http.request.method': '_OTHER', 'http.request.method_original': 'get' }],
  ])('writes the method %s as the conventions ask for', (method, attributes) => {
    expect(toOtel(footprint({ method })).attributes).toMatchObject(attributes)
  })

  test('knows the methods that the conventions know', () => {
    const methods = Object.entries(conventions)
      .filter(([name]) => name.startsWith('HTTP_REQUEST_METHOD_VALUE_'))
      .map(([, value]) => value as string)
    expect(methods).toContain('PATCH')
    for (const method of methods)
      expect(toOtel(footprint({ method })).attributes['http.request.method']).toBe(method)
  })

  test.each([
    ['GET', 'GET /posts/:id', '/posts/:id', undefined],
    ['PROPFIND', 'PROPFIND /dav/*path', '/dav/*path', undefined],
    ['HEAD', 'GET /posts/:id', '/posts/:id', 'GET /posts/:id'],
    ['GET', 'post_show', undefined, 'post_show'],
    ['GET', '(unmatched)', undefined, '(unmatched)'],
    ['GET', 'show a post', undefined, 'show a post'],
    ['GET', '', undefined, ''],
  ])('for %s takes of the view name %j the route %j, and keeps %j', (method, view_name, route, kept) => {
    const { attributes } = toOtel(footprint({ method, view_name }))
    expect(attributes['http.route']).toBe(route)
    expect(attributes['actionlog.view_name']).toBe(kept)
  })

  test.each([
    ['/a?b=c?d', '/a', 'b=c?d', undefined],
    ['/a?', '/a', '', undefined],
    ['http://example.com/a?b', '/a', 'b', 'http://example.com/a?b'],
    ['*', undefined, undefined, '*'],
    ['', undefined, undefined, ''],
    ['?a', undefined, 'a', '?a'],
  ])('splits the URL %j into %j and %j, and keeps %j', (url, path, query, kept) => {
    const { attributes } = toOtel(footprint({ url }))
    expect([attributes['url.path'], attributes['url.query']]).toEqual([path, query])
    expect(attributes['actionlog.url']).toBe(kept)
  })

  test.each([
    ['1970-01-01T00:00:00.001Z', '1000000'],
    [0, '0'],
    ['tomorrow', undefined],
    ['1969-12-31T23:59:59.999Z', undefined],
  ])('writes the time %j as %j', (time, nanoseconds) => {
    expect(toOtel(labelled({ time })).timeUnixNano).toBe(nanoseconds)
  })

  test.each(['x', '0'.repeat(32), '4BF92F3577B34DA6A3CE929D0E0E4736'])(
    'keeps %s as a field, as it is no id of a trace',
    (trace_id) => {
      const { traceId, attributes } = toOtel(labelled({ trace_id }))
      expect(traceId).toBeUndefined()
      expect(attributes['actionlog.trace_id']).toBe(trace_id)
    },
  )

  test('has no attribute that the conventions have not, but those below actionlog', () => {
    const check = (record: Parameters<typeof toOtel>[0]): void => {
      for (const name of Object.keys(toOtel(record).attributes))
        if (!name.startsWith('actionlog.')) expect(known).toContain(name)
    }
    for (const record of [full, footprint({ method: 'PROPFIND' }), labelled({ user: 1 })]) check(record)
    fc.assert(fc.property(footprints, check), { numRuns: 20 })
    fc.assert(fc.property(actionRecords, check), { numRuns: 20 })
  })
})
