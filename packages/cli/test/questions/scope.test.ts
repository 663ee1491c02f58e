import { actions } from '../../src/questions/actions.js'
import { midnightsFrom } from '../../src/questions/midnights.js'
import { request } from '../../src/questions/request.js'
import { literal, type Scope } from '../../src/questions/scope.js'
import { slowest } from '../../src/questions/slowest.js'
import { sql } from '../../src/questions/sql.js'
import { suggest } from '../../src/questions/suggest.js'
import { summary } from '../../src/questions/summary.js'
import { parseThreshold } from '../../src/questions/threshold.js'
import { thresholds } from '../../src/questions/thresholds.js'
import { trail } from '../../src/questions/trail.js'
import { noiseLog } from './noise.js'
import { type Raw, storeOf } from './store-of.js'

const UTC: Scope = { timeZone: 'UTC' }

function footprint(second: number, more: Raw = {}): Raw {
  return {
    time: new Date(1.7e12 + second * 1000).toISOString(),
    label_name: 'footprint',
    request_id: `r${second}`,
    method: 'GET',
    url: '/posts',
    view_name: 'GET /posts',
    status_code: 200,
    user: 'ann',
    total_time: second,
    ...more,
  }
}

const RECORDS = [
  footprint(1),
  footprint(2, { user: 'bob', url: '/posts?q=%E6%97%A5&page=2' }),
  footprint(3, { url: '/posts?page=2&flag', extra: { 'a/b~"c': 'x', version: '2' } }),
  footprint(4, { status_code: 500, ex_type: 'TypeError', view_name: 'POST /posts (draft)', method: 'POST' }),
  footprint(5, { user: '!ann', user_agent: 'Googlebot/2.1' }),
  footprint(6, { user: null, status_code: 404 }),
  { time: new Date(1.7e12 + 4500).toISOString(), label_name: 'save', request_id: 'r4', foo: 'bar' },
]

test.each<[string, Partial<Scope>, string[]]>([
  ['a value', { user: ['ann'] }, ['r4', 'r3', 'r1']],
  ['several values', { user: ['bob', literal('!ann')] }, ['r5', 'r2']],
  ['all but a value, those without one too', { user: ['!ann'] }, ['r6', 'r5', 'r2']],
  ['no value', { user: [''] }, ['r6']],
  ['a range of time', { from: 1.7e12 + 2000, until: 1.7e12 + 4000 }, ['r3', 'r2']],
  ['status classes and codes', { status: ['5xx', '404'] }, ['r6', 'r4']],
  ['a comparison of status', { status: ['>=400', '!404'] }, ['r4']],
  ['a method in small letters', { method: ['post'] }, ['r4']],
  ['a decoded query value', { fields: { 'query.q': ['日'] } }, ['r2']],
  ['the presence of a query key', { fields: { query: ['flag'] } }, ['r3']],
  ['any key of extra', { fields: { 'extra.a/b~"c': ['x'] } }, ['r3']],
  ['a text anywhere', { search: 'TYPEERR' }, ['r4']],
  ['no bots', { bots: 'exclude' }, ['r6', 'r4', 'r3', 'r2', 'r1']],
  ['a label', { label: ['save'] }, ['r4']],
  ['a condition with a comment', { where: 'total_time > 4 -- slow' }, ['r6', 'r5']],
])('a scope chooses by %s', async (_, scope, expected) => {
  const store = await storeOf(RECORDS)
  const { requests, rows } = await slowest(store, { ...UTC, ...scope })
  expect(rows.map((row) => row.request_id)).toEqual(expected)
  expect(requests).toBe(expected.length)
})

test('a condition must be one expression that only reads, and the error says what is wrong', async () => {
  const store = await storeOf(RECORDS)
  const ask = (where: string): Promise<unknown> => slowest(store, { ...UTC, where })
  for (const where of [
    '1=1) OR (1=1',
    'true; DROP TABLE requests',
    'true UNION SELECT 1',
    'true, true',
    'a = ',
    '',
  ]) {
    await expect(ask(where)).rejects.toThrow('@actionlog/cli: --where must be ')
  }
  await expect(ask('$scope_0 = 1')).rejects.toThrow('--where must not use parameters, got "$scope_0 = 1"')
  await expect(ask('total_tim > 1')).rejects.toThrow(/columns of requests .*total_tim.* got "total_tim > 1"/)
  await expect(ask(`EXISTS (FROM read_csv('/etc/passwd'))`)).rejects.toThrow(
    'file system operations are disabled',
  )
  expect((await slowest(store, UTC)).requests).toBe(6)
})

test('free SQL reads the tables, keeps columns of one name apart, and can do nothing else', async () => {
  const store = await storeOf(RECORDS)
  expect(await sql(store, 'SELECT count(*) AS n, max(status_code) AS n FROM requests;')).toEqual({
    columns: ['n', 'n'],
    types: ['BIGINT', 'INTEGER'],
    rows: [[6, 500]],
    truncated: false,
  })
  expect(await sql(store, 'SELECT id FROM requests', { limit: 2 })).toMatchObject({ truncated: true })
  for (const text of [
    'DROP TABLE requests',
    'SELECT 1; SELECT 2',
    `COPY requests TO '/tmp/x'`,
    `ATTACH 'x'`,
    'SET threads = 9',
  ]) {
    await expect(sql(store, text)).rejects.toThrow('@actionlog/cli: --sql must be one SELECT')
  }
  await expect(sql(store, `SELECT * FROM read_text('/etc/passwd')`)).rejects.toThrow(
    'file system operations are disabled',
  )
  await expect(sql(store, 'SELECT foo FROM requests')).rejects.toThrow(/could not be answered .*"foo"/)
})

test('a trail shows the requests and labelled records of a user in order, up to the error', async () => {
  const store = await storeOf(RECORDS)
  const kinds = (steps: Awaited<ReturnType<typeof trail>>['steps']): unknown[] =>
    steps.map(({ kind, gap, failed, record }) => [kind, record.request_id, gap, failed])
  const whole = await trail(store, UTC, { user: 'ann' })
  expect(whole).toMatchObject({ user: 'ann', requests: 3, actions: 1 })
  expect(kinds(whole.steps)).toEqual([
    ['request', 'r1', null, false],
    ['request', 'r3', 2000, false],
    ['request', 'r4', 1000, true],
    ['action', 'r4', 500, false],
  ])
  const before = await trail(store, UTC, { user: 'ann', beforeError: true, limit: 2 })
  expect(kinds(before.steps)).toEqual([
    ['request', 'r3', null, false],
    ['request', 'r4', 1000, true],
  ])
  const around = await trail(store, UTC, { requestId: 'r3', limit: 2 })
  expect(around).toMatchObject({ user: 'ann', at: around.steps[0]?.record.id })
  expect(kinds(around.steps)[0]).toEqual(['request', 'r3', null, false])
})

test('the trail of a record without a user is the trail of its trace; without a trace, what it wrote itself', async () => {
  const step = (request_id: string, second: number, more: object): Raw => ({
    ...(RECORDS.find((record) => record.request_id === 'r3') as Raw),
    request_id,
    time: `2026-11-22T10:00:0${second}.000Z`,
    ...more,
  })
  const store = await storeOf([
    step('a', 1, { user: null, trace_id: 't!1' }),
    step('b', 2, { user: 'ann', trace_id: 't!1' }),
    step('c', 3, { user: null, trace_id: 't2' }),
    step('d', 4, { user: null, trace_id: 't!1', status_code: 500 }),
    step('e', 5, { user: null }),
    { time: '2026-11-22T10:00:04.500Z', label_name: 'save', request_id: 'a' },
  ])
  const idsOf = ({ steps }: Awaited<ReturnType<typeof trail>>): unknown[] =>
    steps.map(({ record }) => record.request_id)
  const ofTrace = await trail(store, UTC, { requestId: 'a' })
  expect(ofTrace).toMatchObject({ user: null, trace: 't!1', requests: 3, actions: 1 })
  expect(idsOf(ofTrace)).toEqual(['a', 'b', 'd', 'a'])
  expect(idsOf(await trail(store, UTC, { requestId: 'd', beforeError: true }))).toEqual(['a', 'b', 'd'])
  const ofLabelled = await trail(store, UTC, { id: ofTrace.steps[3]?.record.id as number })
  expect(ofLabelled).toMatchObject({ trace: 't!1', requests: 3 })
  expect(await trail(store, UTC, { requestId: 'b' })).toMatchObject({ user: 'ann', trace: null, requests: 1 })
  expect(await trail(store, UTC, { requestId: 'e' })).toMatchObject({ user: null, trace: null, requests: 1 })
})

test('a comparison of status has every status that a log can hold', async () => {
  const status_codes = [-5, 0, 200, 999, 1_000, 2 ** 31 - 1]
  const store = await storeOf(status_codes.map((status_code, i) => footprint(i, { status_code })))
  const countOf = async (status: string): Promise<number> =>
    (await summary(store, { ...UTC, status: [status] })).requests
  expect(await Promise.all(['>=200', '>999', '<=200', '<200', '>=999'].map(countOf))).toEqual([4, 2, 3, 2, 3])
})

test('one request comes whole, with its labelled records and its place in its view', async () => {
  const store = await storeOf(RECORDS)
  expect(await request(store, { requestId: 'r4' })).toMatchObject({
    request: { request_id: 'r4', ex_type: 'TypeError' },
    actions: [{ label_name: 'save', fields: { foo: 'bar' } }],
    same_id: 1,
    faster: 0,
    view_requests: 1,
  })
  expect(await request(store, { requestId: 'none' })).toBeNull()
})

test('labelled records are chosen by their own user, else by the user of their request', async () => {
  const store = await storeOf(RECORDS)
  expect((await actions(store, { ...UTC, user: ['ann'] })).records).toBe(1)
  expect((await actions(store, { ...UTC, user: ['bob'] })).records).toBe(0)
  expect((await actions(store, { ...UTC, view: ['POST /posts (draft)'] })).records).toBe(1)
})

test('values for filters are found by a part of them', async () => {
  const store = await storeOf(RECORDS)
  const values = async (field: string, text = ''): Promise<string[]> =>
    (await suggest(store, UTC, { field, text })).values.map(({ value }) => value)
  expect(await values('user', 'AN')).toEqual(['ann', '!ann'])
  expect(await values('field')).toEqual([
    'query.page',
    'extra.a/b~"c',
    'extra.version',
    'query.flag',
    'query.q',
  ])
  await expect(values('nothing')).rejects.toThrow('"nothing" is not a field of a request')
})

test('thresholds are crossed, kept, or unsure below 20 requests', async () => {
  const store = await storeOf([...noiseLog(1, 300), ...RECORDS])
  const ask = (strict: boolean, ...texts: string[]) =>
    thresholds(store, UTC, { thresholds: texts.map(parseThreshold), strict })
  const { verdicts, failed } = await ask(
    false,
    'p95(*) > 0.001s',
    'errors(*) > 99%',
    'p50(GET /posts) > 1ms',
    'sql(none) > 1',
  )
  expect(verdicts.map(({ result, requests }) => [result, requests])).toEqual([
    ['crossed', 306],
    ['kept', 306],
    ['unsure', 5],
    ['unsure', 0],
  ])
  expect(failed).toBe(true)
  expect((await ask(false, 'p50(GET /posts) > 1ms')).failed).toBe(false)
  expect((await ask(true, 'p50(GET /posts) > 1ms')).failed).toBe(true)
})

test('a threshold that cannot be read says which part is wrong', () => {
  expect(parseThreshold('p95(GET /a(b)) >= 1.5s')).toMatchObject({
    view: 'GET /a(b)',
    operator: '>=',
    limit: 1500,
  })
  expect(parseThreshold('errors(*)>1%')).toMatchObject({ measure: 'errors', limit: 0.01 })
  expect(() => parseThreshold('p96(*) > 1')).toThrow('--fail-if must begin with one of p50, p95, p99')
  expect(() => parseThreshold('p95 > 1')).toThrow(`must be like 'p95(GET /posts/:id) > 300ms', got "p95 > 1"`)
  expect(() => parseThreshold('p95() > 1')).toThrow('must name a view in parentheses')
  expect(() => parseThreshold('p95(*) = 1')).toThrow('must have >, >=, < or <= after the view')
  expect(() => parseThreshold('p95(*) > 1%')).toThrow('must end in a time like 300, 300ms or 1.5s')
})

test('days begin at midnight of the time zone, also where the clock changes', () => {
  const [first, second, third] = midnightsFrom(
    Date.UTC(2026, 2, 28, 12),
    Date.UTC(2026, 2, 30, 12),
    1,
    'Europe/Berlin',
  )
  expect(new Date(first ?? 0).toISOString()).toBe('2026-03-27T23:00:00.000Z')
  expect((second ?? 0) - (first ?? 0)).toBe(24 * 3_600_000)
  expect((third ?? 0) - (second ?? 0)).toBe(23 * 3_600_000)
  expect(() => midnightsFrom(0, 1, 1, 'Mars')).toThrow(
    'the time zone must be an IANA name like Europe/Berlin, got "Mars"',
  )
})
