import { QUESTIONS } from '../../dist/dashboard/ask-question.js'
import { type Dashboard, startDashboard } from '../../dist/dashboard/server.js'
import { type Client, openClient } from './client.ts'
import { sampleLog } from './sample-log.ts'
import { openTestLog, type TestLog } from './test-log.ts'

let log: TestLog
let dashboard: Dashboard
let client: Client

beforeAll(async () => {
  log = await openTestLog(sampleLog(60))
  dashboard = await startDashboard({ log, timeZone: 'UTC' })
  client = await openClient(dashboard)
})

afterAll(async () => {
  await dashboard.close()
  await log.store.close()
})

const NAMES = Object.keys(QUESTIONS)

/** What each question needs to be asked at all. */
const NEEDED: Readonly<Record<string, object>> = {
  compare: { before: { from: 0, until: 1 }, after: { from: 1, until: 2 } },
  request: { id: 0 },
  suggest: { field: 'user' },
  trail: { user: 'ada' },
}
/** Questions that take nothing of a scope but its frozen window. */
const UNFILTERED = ['rejected', 'request']

/** Options of questions, each with values of a wrong kind. */
const OPTIONS: Readonly<Record<string, readonly unknown[]>> = {
  limit: [-1, 1.5, '10', null, [], {}, true, 1e9],
  perView: [-1, 0, 'all', null],
  buckets: [-1, 0.5, 1e6, 'many', null],
  before: [-1, 'x', null, {}, { from: 2, until: 1 }, { from: 1 }, [1, 2]],
  after: [0, 'x', null, {}, { from: 2, until: 1 }, { from: Number.NaN, until: 1 }],
  newSince: ['2026-11-22', 1e300, null, {}],
  by: [1, null, '', 'nothing', 'constructor', '__proto__', 'toString', 'query', 'x'.repeat(100_001)],
  field: [
    1,
    null,
    '',
    'nothing',
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'x'.repeat(100_001),
  ],
  text: [1, null, 'x'.repeat(100_001)],
  sort: [1, null, 'nothing', 'constructor', 'view_name; DROP TABLE requests', 'WAITING_TIME'],
  user: [1, null, ['ada']],
  requestId: [1, null, ['a']],
  id: [-1, 0.5, '1', null, 1e300],
  beforeError: [1, 'true', null],
  selection: [1, null, 'p95', {}, { slow: 'p96' }, { above: 'x' }, { box: {} }, { slow: 'p95', above: 1 }],
  where: ['1 = 1', '1; DROP TABLE requests'],
}
/** Values above that some question takes. */
const RIGHT = new Set(['ranking by query', 'suggest field query'])

const SCOPES: readonly unknown[] = [
  [],
  null,
  'x',
  1,
  { from: '2026-11-22' },
  { from: 'yesterday' },
  { until: null },
  { from: 1e300 },
  { from: -1e16 },
  { from: 2, until: 1 },
  { from: 2, until: 2 },
  { timeZone: 'Mars/Base' },
  { timeZone: 1 },
  { view: 'GET /' },
  { view: [1] },
  { view: ['x'.repeat(100_001)] },
  { view: new Array(101).fill('x') },
  { user: {} },
  { label: [null] },
  { method: 1 },
  { fields: [] },
  { fields: { user: 'ada' } },
  { search: 1 },
  { search: 'x'.repeat(100_001) },
  { bots: 'some' },
  { where: '1 = 1' },
  { where: 'total_time > (' },
  { held: 5 },
  { held: {} },
  { held: { requests: -1, labelled: 0, rejected: 0 } },
  { held: { requests: 1, labelled: 0 } },
  { held: { requests: '1; DROP TABLE requests', labelled: 0, rejected: 0 } },
]

const FILTERS: readonly unknown[] = [
  ...['abc', '!', '', '9999', '5xxx', '>='].map((status) => ({ status: [status] })),
  ...['nothing', 'constructor', '__proto__', '', '.', 'id; DROP'].map((name) => ({
    fields: Object.fromEntries([[name, ['x']]]),
  })),
]

/** The answer must say what is wrong, in one sentence that names it, with no line of SQL or code. */
function expectSentence({ status, text }: { status: number; text: string }, what: string): void {
  expect(status, `${what}: ${text}`).toBe(text === '' ? 431 : 400) // 431: it does not fit into an address
  if (text === '') return
  const { error } = JSON.parse(text)
  expect(error, what).toMatch(/^[^\n]{10,}$/)
  expect(error, what).not.toMatch(/SELECT|at .*\.js|undefined|TypeError|Binder|Parser/)
}

test.each(NAMES)('%s: every wrong scope is 400, with a sentence', async (name) => {
  for (const scope of UNFILTERED.includes(name) ? SCOPES : [...SCOPES, ...FILTERS])
    expectSentence(
      await client.ask(name, scope, NEEDED[name]),
      `${name} over ${JSON.stringify(scope).slice(0, 100)}`,
    )
})

test.each(NAMES)('%s: every wrong option is 400, with a sentence', async (name) => {
  for (const [option, values] of Object.entries(OPTIONS))
    for (const value of values) {
      if (RIGHT.has(`${name} ${option} ${value}`)) continue
      expectSentence(
        await client.ask(name, {}, { ...NEEDED[name], [option]: value }),
        `${name} with ${option} ${String(JSON.stringify(value)).slice(0, 100)}`,
      )
    }
})

test.each(NAMES)('%s: options that are no object are 400', async (name) => {
  for (const options of [[], null, 'x', 1, true])
    expectSentence(await client.ask(name, {}, options), `${name} with ${JSON.stringify(options)}`)
})

test.each(NAMES)('%s: parameters that are no JSON, or given twice, are 400', async (name) => {
  for (const query of ['scope={', 'options=', 'scope={}&scope={}', 'options=x', 'scope=%E0%A4%A', 'scope'])
    expectSentence(await client.get(`/api/${name}?${query}`), `${name}?${query}`)
})

test.each(NAMES)('%s: a filter that nothing matches is an answer without rows', async (name) => {
  for (const scope of [
    { view: ['GET /no-such-view'] },
    { user: ['nobody'], label: ['none'] },
    { from: -8.64e15, until: 8.64e15 },
    { from: 8.64e15 - 1, until: 8.64e15 },
    { until: -8.64e15 },
    { search: '\u0000\ud800' },
    { status: ['599'], fields: { 'extra.': ['x'], 'query.': ['', '!'], 'extra.~/': ['\\!'] } },
    { held: { requests: 0, labelled: 0, rejected: 0 } },
  ]) {
    const { status, text } = await client.ask(name, scope, NEEDED[name] ?? {})
    expect(status, `${name} over ${JSON.stringify(scope)}: ${text}`).toBe(200)
  }
})

test.each(NAMES)('%s: what is nested thousands of levels deep is 400', async (name) => {
  const deep = (key: string): string => `{"${key}":${'['.repeat(5_000)}${']'.repeat(5_000)}}`
  for (const [parameter, key] of [
    ['scope', 'held'],
    ['scope', 'view'],
    ['options', 'limit'],
    ['options', 'selection'],
  ] as const)
    expectSentence(await client.get(`/api/${name}?${parameter}=${deep(key)}`), `${name}, ${parameter}.${key}`)
})

test('an export of a trail of nobody names nobody', async () => {
  const questions = encodeURIComponent(JSON.stringify([{ question: 'trail' }]))
  expect(await client.get(`/api/export.html?questions=${questions}`)).toEqual({
    status: 200,
    text: expect.stringContaining('There is no record of this id.'),
  })
})

test('a filter may be as long as a name in a log', async () => {
  for (const text of ['x'.repeat(100_000), '語'.repeat(50_000)])
    expect((await client.ask('views', { view: [text] })).status).toBe(200)
})

test('extra is a list of keys to filter by and to choose from', async () => {
  for (const [name, scope, options] of [
    ['views', { fields: { extra: ['version', '!cart'] } }, {}],
    ['suggest', {}, { field: 'extra' }],
    ['ranking', {}, { by: 'extra' }],
  ] as const)
    expect((await client.ask(name, scope, options)).status, name).toBe(200)
})

test('an export of what is no question is 400, with a sentence', async () => {
  const wrong: Record<string, unknown>[] = [
    {},
    { questions: {} },
    { questions: [] },
    { questions: [1] },
    { questions: [{}] },
    { questions: [{ question: 'nothing' }] },
    { questions: [{ question: 'constructor' }] },
    { questions: [{ question: 'views', options: { sort: 'nothing' } }] },
    { questions: [{ question: 'views', options: [] }] },
    { questions: [{ question: 'views', scope: [] }] },
    { questions: [{ question: 'views', more: 1 }] },
    { questions: new Array(31).fill({ question: 'views' }) },
    { questions: [{ question: 'views' }], scope: { from: 'x' } },
  ]
  for (const query of wrong) {
    const params = Object.entries(query).map(([name, value]): [string, string] => [
      name,
      JSON.stringify(value),
    ])
    expectSentence(await client.get(`/api/export.html?${new URLSearchParams(params)}`), JSON.stringify(query))
  }
})

test('an address that is none is 404, whatever the method', async () => {
  for (const path of [
    '/api/nothing',
    '/api/',
    '/api/views/x',
    '/api/%E0%A4%A',
    '/nothing',
    '/api/constructor',
  ])
    expect((await client.get(path)).status, path).toBe(404)
  const post = await fetch(`${client.origin}/api/views`, {
    method: 'POST',
    headers: { cookie: client.cookie },
  })
  expect(post.status).toBe(404)
})
