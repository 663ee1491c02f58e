import { deploys } from '../../dist/questions/deploys.js'
import { RollupBuilder } from '../../dist/questions/rollup/builder.js'
import { rollupOf } from '../../dist/questions/rollup/rollup.js'
import { series } from '../../dist/questions/series.js'
import { summary } from '../../dist/questions/summary.js'
import { views } from '../../dist/questions/views.js'
import { insertRecords } from '../../dist/store/insert-records.js'
import { type OpenStore, openStore } from '../../dist/store/open.js'
import { sampleLog } from '../dashboard/sample-log.ts'

let store: OpenStore
beforeEach(async () => {
  store = await openStore()
})
afterEach(() => store.close())

const odd = [
  { label_name: 'footprint', time: '2026-11-22T10:00:00.000Z', total_time: 0, view_name: 'GET /zero' },
  {
    label_name: 'footprint',
    time: '2026-11-22T10:00:00.000Z',
    status_code: 101,
    total_time: 9e6,
    view_name: null,
  },
  { label_name: 'footprint', time: '2066-01-01T00:00:00.000Z', total_time: 5, view_name: 'GET /ahead' },
  { label_name: 'footprint', total_time: 7, view_name: 'GET /timeless', user_agent: 'Googlebot/2.1' },
]
/** In the order of reading, not of time: batches overlap. */
const records = [
  ...odd,
  ...sampleLog(3_000).toSorted((a, b) => Number(`${a.request_id}`.at(-1)) - Number(`${b.request_id}`.at(-1))),
]
const footprints = records.filter(({ label_name }) => label_name === 'footprint').length

/** Rolls all but the last requests up, in several batches. */
async function fill(): Promise<void> {
  const rollUp = new RollupBuilder(store, { fewestRows: 1, batchRows: 400 })
  for (let i = 0; i < records.length; i += 700) {
    await insertRecords(store, records.slice(i, i + 700))
    const [held] = await store.query<{ rows: number }>('SELECT count(*) AS rows FROM requests')
    await rollUp.advance(held?.rows ?? 0)
  }
}

/** The same answer, its percentiles within 1 %, and sums but for the order of their addition. */
function expectSame(approximate: unknown, exact: unknown, path = ''): void {
  if (typeof exact === 'number' && typeof approximate === 'number') {
    const isPercentile = /\.p\d\d$/.test(path)
    const allowed = Math.abs(exact) * (isPercentile ? 0.01 : 1e-9)
    expect(Math.abs(approximate - exact), `${path}: ${approximate}, not ${exact}`).toBeLessThanOrEqual(
      allowed,
    )
  } else if (typeof exact === 'object' && exact !== null) {
    expect(Object.keys(approximate as object).toSorted(), path).toEqual(Object.keys(exact).toSorted())
    for (const [name, value] of Object.entries(exact))
      expectSame((approximate as Record<string, unknown>)[name], value, `${path}.${name}`)
  } else expect(approximate, path).toEqual(exact)
}

const held = { requests: footprints - 150, labelled: 100, rejected: 0 }
const QUESTIONS = {
  summary: (scope: Parameters<typeof summary>[1]) => summary(store, scope),
  series: (scope: Parameters<typeof summary>[1]) => series(store, scope),
  'series in few buckets': (scope: Parameters<typeof summary>[1]) => series(store, scope, { buckets: 7 }),
  views: (scope: Parameters<typeof summary>[1]) => views(store, scope),
  'views by p95': (scope: Parameters<typeof summary>[1]) => views(store, scope, { limit: 3 }),
}

test.each(Object.entries(QUESTIONS))(
  '%s of a large log: exact counts and sums, percentiles within 1 %, also of a window that ends within a batch',
  async (_name, ask) => {
    await fill()
    for (const scope of [
      { timeZone: 'UTC' },
      { timeZone: 'UTC', held },
      { timeZone: 'Asia/Kathmandu', held, view: [], bots: 'include' as const },
    ]) {
      const { approximate, ...answer } = await ask(scope)
      expect(approximate).toBe(true)
      const exact = await ask({ ...scope, where: 'true' })
      expect(exact.approximate).toBeUndefined()
      expectSame(answer, exact)
    }
  },
)

test('the versions of a large log are exact', async () => {
  await fill()
  for (const scope of [{ timeZone: 'UTC' }, { timeZone: 'UTC', held }]) {
    const answer = await deploys(store, scope)
    expect(answer.deploys.map(({ version }) => version)).toEqual(['1.4.1', '1.4.2'])
    expect(answer).toEqual(await deploys(store, { ...scope, where: 'true' }))
  }
})

test('a scope that is a part of the log is asked exactly', async () => {
  await fill()
  for (const part of [
    { view: [''] },
    { from: 0 },
    { until: 2e12 },
    { search: 'a' },
    { bots: 'only' as const },
    { fields: { user: ['ada'] } },
  ])
    expect(await rollupOf(store, { timeZone: 'UTC', ...part })).toBeNull()
})

test('a log that is small, or a window from before the first batch, is asked exactly', async () => {
  await insertRecords(store, records)
  await new RollupBuilder(store).advance(footprints)
  expect(await rollupOf(store, { timeZone: 'UTC' })).toBeNull()
  await new RollupBuilder(store, { fewestRows: 1, batchRows: 400 }).advance(footprints)
  expect(await rollupOf(store, { timeZone: 'UTC' })).not.toBeNull()
  expect(
    await rollupOf(store, { timeZone: 'UTC', held: { requests: 300, labelled: 0, rejected: 0 } }),
  ).toBeNull()
})

test('a chart with steps shorter than the sums is asked exactly', async () => {
  await fill()
  const { approximate, ...fine } = await series(store, { timeZone: 'UTC' }, { buckets: 5_000 })
  expect(approximate).toBeUndefined()
  expectSame(fine, await series(store, { timeZone: 'UTC', where: 'true' }, { buckets: 5_000 }))
})
