import { compare } from '../../src/questions/compare.js'
import type { Scope } from '../../src/questions/scope.js'
import { steps } from '../../src/questions/steps.js'
import { why } from '../../src/questions/why.js'
import { HOUR, latencyTimes, noiseLog, START } from './noise.js'
import { storeOf } from './store-of.js'

const DAY = 24 * HOUR

function day(i: number): Scope {
  return { timeZone: 'UTC', from: START + i * DAY, until: START + (i + 1) * DAY }
}

function halves(i: number): {
  before: { from: number; until: number }
  after: { from: number; until: number }
} {
  const from = START + i * DAY
  return {
    before: { from, until: from + 6 * HOUR },
    after: { from: from + 6 * HOUR, until: from + 12 * HOUR },
  }
}

test('in 100 logs without a change, why, steps and compare claim five things at most, in the first 20 none', async () => {
  const store = await storeOf(Array.from({ length: 100 }, (_, i) => noiseLog(i, 2000, { day: i })).flat())
  const claims: unknown[][] = []
  for (let i = 0; i < 100; i++) {
    const { findings } = await why(store, day(i))
    const changes = await compare(store, { timeZone: 'UTC' }, halves(i))
    const { steps: found } = await steps(store, day(i))
    claims.push([...findings, ...found, ...changes.regressed, ...changes.improved])
  }
  expect(claims.flat().slice(5)).toEqual([])
  expect(claims.slice(0, 20).flat()).toEqual([])
}, 300_000)

test('why finds the query value, and names no other, if requests with it are slow', async () => {
  const slowPage = latencyTimes((record) => (String(record.url).includes('page=8') ? 6 : 1))
  const store = await storeOf(noiseLog(1, 3000, { change: slowPage }))
  const { selected, rest, findings } = await why(store, day(0))
  expect(selected + rest).toBe(3000)
  expect(findings.map(({ field, value }) => [field, value])).toEqual([['query.page', '8']])
  expect(findings[0]?.inside_share).toBeGreaterThan(0.4)
  expect(findings[0]?.median_with).toBeGreaterThan(3 * (findings[0]?.median_without ?? 0))
})

test('why compares a box of time and latency with the rest', async () => {
  const slowHost = latencyTimes((record, at) => (at > 0.5 && hostOf(record) === 'b' ? 40 : 1))
  const store = await storeOf(noiseLog(2, 3000, { change: slowHost }))
  const box = { from: START + 6 * HOUR, until: START + 12 * HOUR, min: 1000, max: 1e9 }
  const { findings } = await why(store, day(0), { selection: { box } })
  expect(findings.map(({ field, value }) => `${field}=${value}`)).toContain('extra.host=b')
})

test('why names the hour of slow requests, unless the box chose it', async () => {
  const slowHour = latencyTimes((_, at) => (at > 0.5 && at < 0.58 ? 40 : 1)) // 14:00 to 15:00
  const store = await storeOf(noiseLog(2, 3000, { change: slowHour }))
  const fieldsIn = async (from: number, until: number): Promise<string[]> => {
    const box = { from, until, min: 1000, max: 1e9 }
    return (await why(store, day(0), { selection: { box } })).findings.map(({ field }) => field)
  }
  expect(await fieldsIn(START, START + 12 * HOUR)).toContain('hour')
  expect(await fieldsIn(START + 6 * HOUR, START + 7 * HOUR)).not.toContain('hour')
  expect(await fieldsIn(START, START + 11 * HOUR)).not.toContain('hour')
})

test('why is silent, with a sentence, about fewer than ten requests', async () => {
  const store = await storeOf(noiseLog(3, 100))
  expect(await why(store, day(0), { selection: { above: 1e6 } })).toMatchObject({
    selected: 0,
    findings: [],
    silent: '0 requests are selected; an answer needs 10.',
  })
})

const deployed = latencyTimes((record, at) => (at > 0.6 && record.view_name === 'GET /view2/:id' ? 3 : 1))

test('steps finds when a view became slow, and the version that came with it', async () => {
  const store = await storeOf(
    noiseLog(1, 3000, {
      change: (record, at) => ({
        ...deployed(record, at),
        extra: { host: hostOf(record), version: at > 0.6 ? '1.1' : '1.0' },
      }),
    }),
  )
  const { views, steps: found } = await steps(store, day(0))
  expect(views).toBeGreaterThan(5)
  expect(found).toHaveLength(1)
  const [step] = found
  expect(step?.view_name).toBe('GET /view2/:id')
  expect(Math.abs((step?.time ?? 0) - (START + 0.6 * 12 * HOUR))).toBeLessThan(HOUR / 4)
  expect(step?.ratio).toBeGreaterThan(2.5)
  expect(step?.differences.map(({ field, value }) => `${field}=${value}`)).toContain('extra.version=1.1')
})

test('compare names the view that became slower, and says what that costs', async () => {
  const store = await storeOf(noiseLog(1, 3000, { change: deployed }))
  const { from: start } = halves(0).before
  const answer = await compare(
    store,
    { timeZone: 'UTC' },
    {
      before: { from: start, until: start + 7 * HOUR },
      after: { from: start + 7.5 * HOUR, until: start + 12 * HOUR },
    },
  )
  expect(answer.regressed.map((change) => change.view_name)).toEqual(['GET /view2/:id'])
  expect(answer.improved).toEqual([])
  expect(answer.regressed[0]?.cost).toBeGreaterThan(0)
})

test('compare warns of a weekend against weekdays, and of other hours of the day', async () => {
  const store = await storeOf(noiseLog(1, 200))
  const saturday = Date.UTC(2026, 2, 14)
  const { cautions } = await compare(
    store,
    { timeZone: 'UTC' },
    {
      before: { from: saturday, until: saturday + DAY },
      after: { from: saturday + 3 * DAY + 12 * HOUR, until: saturday + 4 * DAY - 6 * HOUR },
    },
  )
  expect(cautions).toEqual([
    'Before is Saturday, after is Tuesday: load differs between weekdays and weekends.',
    'The ranges are at different times of the day: load differs by the hour.',
    'One range is more than three times as long as the other.',
  ])
})

function hostOf(record: Record<string, unknown>): unknown {
  return (record.extra as { host: string }).host
}
