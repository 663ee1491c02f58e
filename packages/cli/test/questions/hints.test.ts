import { type CompareOptions, compare } from '../../src/questions/compare.js'
import { type Alter, HOUR, latencyTimes, noiseLog, START } from './noise.js'
import { hasRealData, injectedFaults, realRecords } from './real-data.js'
import { storeOf } from './store-of.js'

const UTC = { timeZone: 'UTC' }
const MINUTE = 60_000
const HALVES: CompareOptions = {
  before: { from: START, until: START + 6 * HOUR },
  after: { from: START + 6 * HOUR, until: START + 12 * HOUR },
}
const RARE = 'GET /rare/:id'

/** Makes `before` requests of the first half, and `after` of the second, those of a view that is seldom asked for. */
function rare(before: number, after: number, alter: Alter): Alter {
  const seen = { before: 0, after: 0 }
  return (record, at) => {
    const side = at < 0.5 ? 'before' : 'after'
    if (seen[side] === (side === 'before' ? before : after)) return record
    seen[side]++
    return alter({ ...record, view_name: RARE, status_code: 200, total_time: 20 + seen[side] }, at)
  }
}

const later = (factor: number): Alter => latencyTimes((_, at) => (at < 0.5 ? 1 : factor))

test.each([
  [40, 4, 20],
  [5, 5, 10],
  [200, 1, 100],
  [3, 30, 20],
])(
  'compare hints at a view whose %i and %i requests are far slower after, and is unsure',
  async (before, after, factor) => {
    const { regressed, hints, views } = await compare(
      await storeOf(noiseLog(1, 2000, { change: rare(before, after, later(factor)) })),
      UTC,
      HALVES,
    )
    expect(regressed).toEqual([])
    expect(hints).toMatchObject([
      { view_name: RARE, of: 'p50', before_requests: before, after_requests: after, shown_by: after },
    ])
    expect(hints[0]?.after).toBeGreaterThan(factor * 20)
    expect(views.find(({ view_name }) => view_name === RARE)?.latency).toBe('unsure')
  },
)

test('compare hints at a few requests of a busy view that took far longer than all before', async () => {
  let stuck = 0
  const change = rare(150, 150, (record, at) =>
    at > 0.5 && stuck++ < 4 ? { ...record, total_time: 3_000 } : record,
  )
  const { hints, regressed } = await compare(await storeOf(noiseLog(1, 2000, { change })), UTC, HALVES)
  expect(regressed).toEqual([])
  expect(hints).toMatchObject([
    { view_name: RARE, of: 'slowest', before: 170, after: 3_000, shown_by: 4, before_requests: 150 },
  ])
})

test('compare hints at errors of a view with few requests', async () => {
  const change = rare(40, 4, (record, at) => (at < 0.5 ? record : { ...record, status_code: 500 }))
  const { hints, views } = await compare(await storeOf(noiseLog(1, 2000, { change })), UTC, HALVES)
  expect(hints).toMatchObject([{ view_name: RARE, of: 'errors', before: 0, after: 1, shown_by: 4 }])
  expect(views.find(({ view_name }) => view_name === RARE)?.errors).toBe('unsure')
})

test('compare hints at no view that became faster, or hardly slower', async () => {
  const isQuiet = async (factor: number): Promise<void> => {
    const change = rare(40, 4, later(factor))
    const { hints } = await compare(await storeOf(noiseLog(1, 2000, { change })), UTC, HALVES)
    expect(hints).toEqual([])
  }
  await isQuiet(0.05)
  await isQuiet(1.3)
})

test('in 100 logs without a change, large and small, compare hints at five things at most', async () => {
  const logs = Array.from({ length: 100 }, (_, day) => noiseLog(day, day % 2 ? 2000 : 150, { day }))
  const store = await storeOf(logs.flat())
  const hints: unknown[] = []
  for (const day of logs.keys()) {
    const from = START + day * 24 * HOUR
    const at = from + (day % 3 ? 6 : 11) * HOUR
    const ranges = { before: { from, until: at }, after: { from: at, until: from + 12 * HOUR } }
    hints.push(...(await compare(store, UTC, ranges)).hints)
  }
  expect(hints.slice(5)).toEqual([])
})

test('a verdict names the percentile that it is about, and goes its way', async () => {
  const isTail = (record: { request_id?: unknown }): boolean =>
    Number(String(record.request_id).slice(1)) % 8 === 0
  // most requests are a little faster after, an eighth is far slower: p50 falls, p95 rises
  const change = latencyTimes((record, at) => (at < 0.5 ? 1 : isTail(record) ? 30 : 0.93))
  const { views, regressed } = await compare(await storeOf(noiseLog(1, 4000, { change })), UTC, HALVES)
  const busiest = regressed.find(({ view_name }) => view_name === views[0]?.view_name)
  expect(busiest).toMatchObject({ latency: 'slower', latency_by: 'p95' })
  expect(busiest?.p95_ratio).toBeGreaterThan(1.1)
  for (const { latency, latency_by, ...change } of views) {
    if (latency === 'slower') expect(change[`${latency_by ?? 'p50'}_ratio`]).toBeGreaterThan(1.1)
    if (latency === 'faster') expect(change[`${latency_by ?? 'p50'}_ratio`]).toBeLessThan(1 / 1.1)
    if (latency === 'same' || latency === 'unsure') expect(latency_by).toBeNull()
  }
})

test.runIf(hasRealData)(
  'of the four real faults that cost time, compare shows two that few requests show',
  async () => {
    const store = await storeOf(realRecords())
    const shown: string[] = []
    for (const { time } of injectedFaults().filter(({ type }) => type === 'cpu_contention')) {
      const before = { from: time - 40 * MINUTE, until: time }
      const { hints } = await compare(store, UTC, { before, after: { from: time, until: time + 5 * MINUTE } })
      shown.push(
        ...hints
          .filter((hint) => hint.of === 'p50')
          .map(({ view_name, shown_by }) => `${view_name}: ${shown_by}`),
      )
    }
    expect(shown).toEqual([
      'GET /api/v1/contactservice/contacts/{id}: 9',
      'POST /api/v1/foodservice/orders: 3',
      'GET /api/v1/foodservice/foods/{date}/{startStation}/{endStation}/{tripId}: 4',
    ])
  },
)
