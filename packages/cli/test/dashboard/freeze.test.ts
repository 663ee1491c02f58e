import { QUESTIONS } from '../../dist/dashboard/ask-question.js'
import { type Dashboard, startDashboard } from '../../dist/dashboard/server.js'
import { type Client, openClient } from './client.ts'
import { END, START, sampleLog } from './sample-log.ts'
import { openTestLog, type TestLog } from './test-log.ts'

let log: TestLog
let dashboard: Dashboard
let client: Client

beforeEach(async () => {
  log = await openTestLog(sampleLog(400))
  dashboard = await startDashboard({ log, timeZone: 'UTC' })
  client = await openClient(dashboard)
})

afterEach(async () => {
  await dashboard.close()
  await log.store.close()
})

/** Records that arrive late: their times lie within what was read before, and they share its ids, users and views. */
const late = sampleLog(400).map((record, i) => ({
  ...record,
  ...(record.label_name === 'footprint' && { total_time: 5_000 + i, status_code: 500, ex_type: 'LateError' }),
}))

const MIDDLE = (START + END) / 2
const OPTIONS: Readonly<Record<string, object>> = {
  compare: { before: { from: START, until: MIDDLE }, after: { from: MIDDLE, until: END } },
  errors: { newSince: MIDDLE },
  request: { requestId: 'req-000077' },
  suggest: { field: 'ex_type' },
  trail: { requestId: 'req-000077' },
}
const FILTERS = [
  {},
  { user: ['ada'] },
  { label: ['order_save'] },
  { view: ['POST /orders'], bots: 'exclude' },
]

test.each(Object.keys(QUESTIONS))(
  '%s over a frozen window answers the same when late records come with times inside of it',
  async (name) => {
    const { requests, labelled, rejected } = log.progress()
    const held = { requests, labelled, rejected }
    const exact = await Promise.all(FILTERS.map((scope) => client.ask(name, scope, OPTIONS[name])))
    const params = { title: 'All', questions: JSON.stringify([{ question: name, options: OPTIONS[name] }]) }
    const page = `/api/export.html?${new URLSearchParams({ ...params, scope: JSON.stringify({ held }) })}`
    const exported = await client.get(page)
    await log.add(late)
    const frozen = await Promise.all(
      FILTERS.map((scope) => client.ask(name, { ...scope, held }, OPTIONS[name])),
    )
    expect(frozen).toEqual(exact)
    expect(frozen.map(({ status }) => status)).toEqual(FILTERS.map(() => 200))
    expect((await client.get(page)).text).toBe(exported.text)
    expect(exported.status).toBe(200)
  },
)

test('without a frozen window the late records count', async () => {
  const { requests, labelled, rejected } = log.progress()
  const before = JSON.parse((await client.ask('summary')).text)
  await log.add(late)
  expect(JSON.parse((await client.ask('summary')).text).requests).toBe(2 * before.requests)
  const held = { requests: 2 * requests, labelled: 2 * labelled, rejected }
  expect(JSON.parse((await client.ask('summary', { held })).text).requests).toBe(2 * before.requests)
})

test('a window that ends in the future is asked again each time: its answer is not kept', async () => {
  const held = { requests: 1e6, labelled: 1e6, rejected: 1e6 }
  const before = JSON.parse((await client.ask('summary', { held })).text)
  await log.add(late)
  expect(JSON.parse((await client.ask('summary', { held })).text).requests).toBe(2 * before.requests)
})
