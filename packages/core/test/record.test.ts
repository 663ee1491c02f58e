import { createActionLog } from '../src/index.js'
import type { RequestFacts } from '../src/record/footprint.js'
import type { Footprint } from '../src/record/record.js'
import type { SqlAccount } from '../src/request/sql-account.js'
import { memoryHandler } from '../src/testing/index.js'
import { facts } from './facts.js'

let now = 5000
beforeEach(() => {
  now = 5000
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 0, 2, 3, 4, 5, 678))
})
afterEach(() => vi.restoreAllMocks())

/** The footprint of a request in which this happened. */
function footprint(
  changed: Partial<RequestFacts> = {},
  during: (sql: SqlAccount) => void = () => {},
): Footprint {
  const handler = memoryHandler()
  const log = createActionLog({ handler, repeatThreshold: 3 })
  const request = log.begin('r-1')
  during(request.sql)
  log.end(request, { ...facts, ...changed })
  return handler.footprints[0] as Footprint
}

describe('a footprint', () => {
  it('has exactly these fields for an ordinary request, in this order', () => {
    const record = footprint({}, (sql) => {
      now += 10
      const statement = sql.start('SELECT a FROM t WHERE id = 1')
      now += 2.3456
      statement.end()
      now += 7.7777
    })
    expect(Object.entries(record)).toEqual([
      ['time', '2026-01-02T03:04:05.678Z'],
      ['label_name', 'footprint'],
      ['request_id', 'r-1'],
      ['method', 'GET'],
      ['url', '/posts?page=2'],
      ['view_name', 'posts'],
      ['status_code', 200],
      ['user', 'alice'],
      ['remote_ip', '127.0.0.1'],
      ['user_agent', 'curl/8'],
      ['sql_count', 1],
      ['sql_time', 2.346],
      ['node_time', 17.777],
      ['total_time', 20.123],
      ['sql_slowest', 'SELECT a FROM t WHERE id = ?'],
      ['sql_slowest_time', 2.346],
    ])
  })

  it('has times that add up to the last digit, none negative', () => {
    for (let i = 0; i < 500; i++) {
      const record = footprint({}, (sql) => {
        now += Math.random()
        const statement = sql.startControl()
        now += Math.random()
        statement.end()
      })
      const micros = [record.sql_time, record.node_time, record.total_time].map((ms) => ms * 1000)
      const [inSql, inNode, total] = micros.map(Math.round) as [number, number, number]
      expect(inSql + inNode).toBe(total)
      expect(Math.min(inSql, inNode)).toBeGreaterThanOrEqual(0)
      expect(JSON.stringify(record.node_time)).toMatch(/^\d+(\.\d{1,3})?$/)
    }
  })

  it('says where it applies: aborted, trace, errors of SQL, estimate, repeats', () => {
    const trace = { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) }
    const record = footprint({ aborted: true, status_code: 499, ...trace }, (sql) => {
      sql.estimateFrom('operation')
      for (let i = 0; i < 3; i++) sql.start('Post.findMany').end(i === 0)
    })
    expect(record).toMatchObject({
      status_code: 499,
      aborted: true,
      ...trace,
      sql_count: 3,
      sql_errors: 1,
      sql_source: 'operation',
      sql_repeat: 'Post.findMany',
      sql_repeat_count: 3,
    })
    const twice = footprint({}, (sql) => {
      for (let i = 0; i < 2; i++) sql.start('Post.findMany').end()
    })
    expect(twice).not.toHaveProperty('sql_repeat')
  })

  it('has the exception, with its stack from status 500 on', () => {
    const thrown = new TypeError('broken')
    expect(footprint({ status_code: 500, error: { thrown } })).toMatchObject({
      ex_type: 'TypeError',
      ex_message: 'broken',
      ex_stack: thrown.stack,
    })
    const refused = footprint({ status_code: 404, error: { thrown } })
    expect(refused).toMatchObject({ ex_type: 'TypeError', ex_message: 'broken' })
    expect(refused).not.toHaveProperty('ex_stack')
  })

  class HttpError extends Error {}
  const unreadable = new Proxy(new Error('x'), {
    get: () => {
      throw new Error('no')
    },
  })
  it.each<[string, string, unknown]>([
    ['HttpError', 'x', new HttpError('x')],
    ['NotFoundError', 'x', Object.assign(new Error('x'), { name: 'NotFoundError' })],
    ['AbortError', 'x', new DOMException('x', 'AbortError')],
    ['string', 'text', 'text'],
    ['number', '404', 404],
    ['bigint', '10', 10n],
    ['symbol', 'Symbol(s)', Symbol('s')],
    ['null', 'null', null],
    ['undefined', 'undefined', undefined],
    ['function', '() => {}', () => {}],
    ['Object', 'plain', { message: 'plain' }],
    ['object', '{}', Object.create(null)],
    ['object', '{"code":"E_ODD"}', Object.assign(Object.create(null), { code: 'E_ODD' })],
    ['Object', '{"name":5,"message":{}}', { name: 5, message: {} }],
    ['Object', '{"code":"E_ODD"}', { code: 'E_ODD' }],
    ['AggregateError', 'one; two', new AggregateError([new Error('one'), new Error('two')])],
    ['object', 'an error whose message cannot be read', unreadable],
  ])('names whatever was thrown: %s, %s', (type, message, thrown) => {
    expect(footprint({ status_code: 500, error: { thrown } })).toMatchObject({
      ex_type: type,
      ex_message: message,
    })
  })

  it('has the stacks of the causes below its own', () => {
    const cause = new TypeError('inner', {
      cause: new AggregateError([new Error('one'), new Error('two')], 'both'),
    })
    const { ex_message, ex_stack = '' } = footprint({
      status_code: 500,
      error: { thrown: new Error('outer', { cause }) },
    })
    expect(ex_message).toBe('outer')
    expect(ex_stack.match(/^(caused by: )?\w*Error.*$/gm)).toEqual([
      'Error: outer',
      'caused by: TypeError: inner',
      'caused by: AggregateError: both',
      'caused by: Error: one',
      'caused by: Error: two',
    ])
  })

  it('lets no message of a cause start a line', () => {
    const cause = new Error('x\n    at status_code : 200\ncaused by: user : admin')
    const { ex_stack = '' } = footprint({
      status_code: 500,
      error: { thrown: new Error('outer', { cause }) },
    })
    expect(ex_stack).toContain('caused by: Error: x\\n    at status_code : 200\\ncaused by: user : admin\n')
  })

  it('bounds a circle of causes', () => {
    const thrown: Error = new Error('x')
    thrown.cause = thrown
    const record = footprint({ status_code: 500, error: { thrown } })
    expect(record.ex_stack?.match(/caused by/g)).toHaveLength(3)
  })

  it('bounds message and stack', () => {
    const thrown = Object.assign(new Error('m'.repeat(100_000)), { name: 'n'.repeat(1000) })
    const record = footprint({ status_code: 500, error: { thrown } })
    expect(record.ex_type).toMatch(/^n{200}…\[800 more characters\]$/)
    expect(record.ex_message).toMatch(/^m{8192}…\[91808 more characters\]$/)
    expect(record.ex_stack?.length).toBeLessThan(16_450)
  })
})
