import { moments } from '../../src/questions/moments.js'
import { HOUR, latencyTimes, noiseLog, START } from './noise.js'
import { hasRealData, injectedFaults, realRecords } from './real-data.js'
import { storeOf } from './store-of.js'

const UTC = { timeZone: 'UTC' }
const MINUTE = 60_000
const VIEW = 'GET /view2/:id'

test('moments finds when a view was far slower than usual, and no other', async () => {
  const change = latencyTimes((record, at) => (record.view_name === VIEW && at > 0.6 && at < 0.63 ? 15 : 1))
  const answer = await moments(await storeOf(noiseLog(1, 3000, { change })), UTC)
  expect(answer.moments.map(({ view_name }) => view_name)).toEqual([VIEW])
  const [moment] = answer.moments
  const [from, until] = [START + 0.6 * 12 * HOUR, START + 0.63 * 12 * HOUR]
  expect(moment?.from).toBeLessThan(until)
  expect(moment?.until).toBeGreaterThan(from)
  expect((moment?.until ?? 0) - (moment?.from ?? 0)).toBeLessThan(HOUR)
  expect(moment?.p95).toBeGreaterThan(4 * (moment?.usual_p95 ?? 0))
  expect(moment?.slow).toBeLessThanOrEqual(moment?.requests ?? 0)
})

test('in 50 logs without a change moments finds two at most', async () => {
  const store = await storeOf(Array.from({ length: 50 }, (_, day) => noiseLog(day, 2000, { day })).flat())
  const found: unknown[] = []
  for (let day = 0; day < 50; day++) {
    const from = START + day * 24 * HOUR
    found.push(...(await moments(store, { ...UTC, from, until: from + 12 * HOUR })).moments)
  }
  expect(found.slice(2)).toEqual([])
})

test('moments of no requests are none', async () => {
  expect(await moments(await storeOf([]), UTC)).toEqual({
    requests: 0,
    views: 0,
    width: 0,
    total: 0,
    moments: [],
  })
})

test.runIf(hasRealData)('moments finds the four real faults that cost time, and nothing else', async () => {
  const faults = injectedFaults().filter(({ type }) => type === 'cpu_contention')
  const { moments: found } = await moments(await storeOf(realRecords()), UTC, { limit: 100 })
  const faultsOf = found.map(({ from, until }) =>
    faults.findIndex(({ time }) => time > from - 5 * MINUTE && time < until),
  )
  expect(new Set(faultsOf)).toEqual(new Set(faults.keys()))
  expect(found.map(({ view_name }) => view_name)).toContain('GET /api/v1/contactservice/contacts/{id}')
})
