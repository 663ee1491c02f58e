import { EcsFlat, EcsVersion } from '@elastic/ecs'
import fc from 'fast-check'
import { toEcs } from '../../src/shapes/index.js'
import { actionRecords, footprint, footprints, full, labelled } from './records.js'

/** The scalars and lists of a document, by their dotted names; `labels` and `actionlog` are the application's and ours. */
function flat(value: object, prefix = ''): [name: string, value: unknown][] {
  return Object.entries(value).flatMap(([name, member]) => {
    if (name === 'labels' || name === 'actionlog') return []
    const isGroup = typeof member === 'object' && !Array.isArray(member)
    return isGroup ? flat(member, `${prefix}${name}.`) : [[prefix + name, member] as [string, unknown]]
  })
}

describe('toEcs()', () => {
  test('writes each field of a footprint under the name that the schema has for it', () => {
    expect(toEcs(full)).toEqual({
      '@timestamp': '2026-11-22T20:00:08.728Z',
      ecs: { version: '9.4.0' },
      event: {
        kind: 'event',
        category: ['web'],
        type: ['access'],
        action: 'footprint',
        dataset: 'actionlog.footprint',
        outcome: 'failure',
        duration: 4_786_000,
      },
      log: { level: 'error' },
      http: {
        request: { id: 'b1946ac9-2492-4d23-9f0a-1f5c2f3e8f10', method: 'GET' },
        response: { status_code: 500 },
      },
      url: { original: '/posts/7?page=2&token=***', path: '/posts/7', query: 'page=2&token=***' },
      client: { address: '192.0.2.7', ip: '192.0.2.7' },
      user: { id: 'alice' },
      user_agent: { original: 'curl/8.5.0' },
      trace: { id: '4bf92f3577b34da6a3ce929d0e0e4736' },
      span: { id: '00f067aa0ba902b7' },
      error: {
        type: 'TypeError',
        message: 'no such post',
        stack_trace: 'TypeError: no such post\n    at /app/posts.js:1:2',
      },
      labels: { view_name: 'GET /posts/:id' },
      actionlog: {
        head_time: 4.612,
        aborted: true,
        sql_count: 12,
        sql_time: 3.182,
        sql_errors: 1,
        sql_source: 'event',
        sql_slowest: 'SELECT … FROM Comment',
        sql_slowest_time: 2.013,
        sql_repeat: 'Post.findMany',
        sql_repeat_count: 10,
        node_time: 1.604,
        extra: { cart_items: 3, version: '1.4.2', nested: { list: [1, null, { a: 'b' }] } },
      },
    })
  })

  test('leaves out what a footprint says with null', () => {
    const document = toEcs(footprint({ user: null, user_agent: null }))
    expect(document.user).toBeUndefined()
    expect(document.user_agent).toBeUndefined()
    expect(document.error).toBeUndefined()
    expect(document.actionlog).toEqual({ sql_count: 0, sql_time: 0, node_time: 1.604 })
  })

  test('writes a labelled record with its label, its user, and its own fields as labels', () => {
    const fields = {
      user: 'bob',
      trace_id: 'a',
      span_id: 'b',
      foo: 'bar',
      amount: 1.5,
      paid: false,
      名前: 'あ',
    }
    expect(toEcs(labelled(fields))).toEqual({
      '@timestamp': '2026-11-22T20:00:08.728Z',
      ecs: { version: '9.4.0' },
      event: { kind: 'event', action: 'hoge_save', dataset: 'actionlog.action' },
      log: { level: 'info' },
      http: { request: { id: 'r-1' } },
      user: { id: 'bob' },
      trace: { id: 'a' },
      span: { id: 'b' },
      labels: { foo: 'bar', amount: 1.5, paid: false, 名前: 'あ' },
    })
  })

  test("takes a labelled record's fields as the application's own, though a footprint has such names", () => {
    const fields = { method: 'card', status_code: 503, url: '/x', total_time: 5, ex_type: 'E', aborted: true }
    const document = toEcs(labelled(fields))
    expect(document.labels).toEqual(fields)
    expect(document.log.level).toBe('info')
    expect(document).not.toHaveProperty('http.response')
    expect(document).not.toHaveProperty('url')
  })

  test('keeps in actionlog.fields what no label can hold', () => {
    const fields = { list: [1], object: { a: 1 }, nothing: null, 'a.b': 1, '': 2, ' ': 3, 'a..b': 4 }
    const document = toEcs(labelled({ ...fields, foo: 'bar' }))
    expect(document.labels).toEqual({ foo: 'bar' })
    expect(document.actionlog).toEqual({ fields })
  })

  test('writes the id of a user that is a number as text', () => {
    expect(toEcs(labelled({ user: 42 })).user).toEqual({ id: '42' })
  })

  test.each([
    [200, {}, 'info', 'success'],
    [404, {}, 'info', 'success'],
    [404, { ex_type: 'NotFoundError' }, 'error', 'success'],
    [499, { aborted: true }, 'warn', 'unknown'],
    [200, { aborted: true }, 'warn', 'unknown'],
    [200, { ex_type: 'Error' }, 'error', 'failure'],
    [500, {}, 'error', 'failure'],
    [503, { aborted: true }, 'error', 'failure'],
  ] as const)(
    'gives a status of %i with %j the level %s and the outcome %s',
    (status_code, further, level, outcome) => {
      const document = toEcs(footprint({ status_code, ...further }))
      expect(document.log.level).toBe(level)
      expect(document.event.outcome).toBe(outcome)
    },
  )

  test.each([
    ['/a?b=c?d', { path: '/a', query: 'b=c?d' }],
    ['/a?', { path: '/a', query: '' }],
    ['http://example.com/a?b', { path: '/a', query: 'b' }],
    ['//a', { path: '//a' }],
    ['*', {}],
    ['example.com:443', {}],
    ['', {}],
  ])('splits the URL %j', (url, parts) => {
    expect(toEcs(footprint({ url })).url).toEqual({ original: url, ...parts })
  })

  test.each([
    ['::1', { address: '::1', ip: '::1' }],
    ['192.0.2.0/24', { address: '192.0.2.0/24' }],
    ['unknown', { address: 'unknown' }],
    ['', undefined],
  ])('takes the address %j for an IP address only if it is one', (remote_ip, client) => {
    expect(toEcs(footprint({ remote_ip })).client).toEqual(client)
  })

  test.each([
    ['2026-11-22T20:00:08.728Z', '2026-11-22T20:00:08.728Z'],
    ['2026-11-22T20:00:08+09:00', '2026-11-22T11:00:08.000Z'],
    [1_764_000_000_000.5, '2025-11-24T16:00:00.000Z'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    ['2026-11-22 20:00:08', undefined],
    ['tomorrow', undefined],
    [null, undefined],
    [-1, undefined],
    [9e15, undefined],
  ])('writes the time %j as %j', (time, timestamp) => {
    expect(toEcs(labelled({ time }))['@timestamp']).toBe(timestamp)
  })

  test('writes nothing under a name that the schema has not, and each value in its type', () => {
    const types: Record<string, string> = { long: 'number' }
    const check = (record: Parameters<typeof toEcs>[0]): void => {
      for (const [name, value] of flat(toEcs(record))) {
        const field = (EcsFlat as Record<string, { type: string; normalize?: readonly string[] }>)[name]
        expect(field, name).toBeDefined()
        const one = field?.normalize?.includes('array') ? (value as unknown[])[0] : value
        expect(typeof one, name).toBe(types[field?.type as string] ?? 'string')
      }
    }
    for (const record of [full, footprint(), labelled()]) check(record)
    fc.assert(fc.property(footprints, check), { numRuns: 20 })
    fc.assert(fc.property(actionRecords, check), { numRuns: 20 })
    expect(toEcs(full).ecs.version).toBe(EcsVersion)
  })

  test('writes only values of the categories that the schema allows', () => {
    const { event } = toEcs(full)
    const allowed = (name: 'event.kind' | 'event.category' | 'event.outcome') =>
      EcsFlat[name].allowed_values.map((value: { name: string }) => value.name)
    expect(allowed('event.kind')).toContain(event.kind)
    expect(allowed('event.outcome')).toContain(event.outcome)
    expect(allowed('event.category')).toContain(event.category?.[0])
    const web = EcsFlat['event.category'].allowed_values.find(({ name }: { name: string }) => name === 'web')
    expect(web?.expected_event_types).toContain(event.type?.[0])
  })
})
