import fc from 'fast-check'
import { isBotAgent } from '../../src/questions/bots.js'
import { errors } from '../../src/questions/errors.js'
import { ranking } from '../../src/questions/ranking.js'
import { recent } from '../../src/questions/recent.js'
import { repeats } from '../../src/questions/repeats.js'
import { literal, type Scope } from '../../src/questions/scope.js'
import { series } from '../../src/questions/series.js'
import { slowest } from '../../src/questions/slowest.js'
import { summary } from '../../src/questions/summary.js'
import { parseThreshold } from '../../src/questions/threshold.js'
import { thresholds } from '../../src/questions/thresholds.js'
import { users } from '../../src/questions/users.js'
import { NO_VIEW, views } from '../../src/questions/views.js'
import type { Store } from '../../src/store/store.js'
import { noiseLog } from './noise.js'
import { close, countBy, figuresOf, isError, requestsOf } from './plain-answers.js'
import { hasRealData, realRecords } from './real-data.js'
import { type Raw, storeOf } from './store-of.js'

const UTC: Scope = { timeZone: 'UTC' }
const viewOf = (record: Raw): string => (record.view_name as string | null) ?? NO_VIEW

/** Asks every question about the scope and compares with the same records, counted in plain JavaScript. */
async function expectSameFigures(store: Store, scope: Scope, requests: readonly Raw[]): Promise<void> {
  const whole = figuresOf(requests)
  expect(await summary(store, scope)).toMatchObject({
    ...close(whole),
    bots: requests.filter(({ user_agent: agent }) => isBotAgent((agent as string | undefined) ?? null))
      .length,
    users: new Set(requests.flatMap(({ user }) => (typeof user === 'string' ? [user] : []))).size,
  })

  const answer = await views(store, scope, { buckets: 5 })
  const waiting = answer.waiting_time
  expect(answer.views.map(({ view_name }) => view_name).sort()).toEqual(
    [...new Set(requests.map(viewOf))].sort(),
  )
  for (const view of answer.views) {
    const figures = figuresOf(requests.filter((record) => viewOf(record) === view.view_name))
    const share = waiting > 0 ? (figures.waiting_time as number) / waiting : 0
    expect(view).toMatchObject(close({ ...figures, share }))
    expect(sumOf(view.series)).toBe(requests.filter((record) => viewOf(record) === view.view_name).length)
  }
  expect(answer.views.map((view) => view.waiting_time)).toEqual(
    answer.views.map((view) => view.waiting_time).toSorted((a, b) => b - a),
  )

  const points = await series(store, scope, { buckets: 7 })
  for (const { time, ...point } of points.points) {
    const next = points.buckets.starts[points.buckets.starts.indexOf(time) + 1] ?? Number.POSITIVE_INFINITY
    const own = requests.filter((record) => timeOf(record) >= time && timeOf(record) < next)
    expect(figuresOf(own)).toMatchObject(close({ ...point }))
  }

  const byUser = await ranking(store, scope, { by: 'user', limit: 1000 })
  expect(byUser.rows.map((row) => [row.value, row.requests])).toEqual(
    countBy(requests, (record) => record.user),
  )

  const failed = requests.filter((record) => isError(record) || typeof record.ex_type === 'string')
  const groups = (await errors(store, scope)).groups
  expect(
    groups.map((g) => JSON.stringify([g.ex_type, g.view_name, g.status_code, g.requests])).sort(),
  ).toEqual(
    countBy(failed, (r) => JSON.stringify([r.ex_type ?? null, viewOf(r), r.status_code ?? null]))
      .map(([key, n]) => JSON.stringify([...(JSON.parse(key as string) as unknown[]), n]))
      .sort(),
  )

  const repeating = requests.filter((record) => Number(record.sql_repeat_count) > 0)
  const repeated = await repeats(store, scope)
  expect(repeated).toMatchObject({ requests: requests.length, with_repeat: repeating.length })

  const times = (await slowest(store, scope, { limit: 5 })).rows.map((row) => row.total_time)
  const plain = requests
    .filter((record) => figuresOf([record]).p50 !== null)
    .map((record) => record.total_time as number)
  expect(times).toEqual(plain.toSorted((a, b) => b - a).slice(0, 5))

  const named = requests.filter((record) => typeof record.user === 'string')
  const people = await users(store, scope, { limit: 1000 })
  expect(people).toMatchObject({ requests: requests.length, anonymous: requests.length - named.length })
  for (const { user, views: _, first: _first, last: _last, ...own } of people.users) {
    expect(figuresOf(named.filter((record) => record.user === user))).toMatchObject(close(own))
  }

  const { verdicts } = await thresholds(store, scope, {
    thresholds: ['p95(*) > 0', 'errors(*) > 1%', 'repeats(*) > 0'].map(parseThreshold),
  })
  const expected = [whole.p95, (whole.errors as number) / requests.length, whole.repeats]
  if (requests.length > 0)
    expect({ ...verdicts.map((verdict) => verdict.value) }).toEqual(close({ ...expected }))
}

function sumOf(points: readonly { requests: number }[]): number {
  return points.reduce((sum, point) => sum + point.requests, 0)
}

function timeOf(record: Raw): number {
  return Date.parse(record.time as string)
}

test('every figure of a log with dirt equals the one counted in plain JavaScript', async () => {
  const records = noiseLog(7, 1500, {
    change: (record, at) => ({
      ...record,
      ...(at > 0.9 && { view_name: null, user: null }),
      ...(at > 0.3 && at < 0.32 && { total_time: null }),
      ...(at > 0.5 && at < 0.52 && { status_code: 101, total_time: 5e6 }),
      ...(at > 0.6 && at < 0.61 && { status_code: 499, aborted: true }),
      ...(at > 0.7 && at < 0.71 && { head_time: 20, total_time: 60_001 }),
      ...(at > 0.8 &&
        at < 0.85 && { ex_type: 'TypeError', ex_message: 'x', sql_repeat: 'SELECT 1', sql_repeat_count: 9 }),
    }),
  })
  await expectSameFigures(await storeOf(records), UTC, requestsOf(records))
})

const weird = fc.constantFrom(
  '',
  '!',
  '\\',
  "'; DROP TABLE requests; --",
  '%',
  '_',
  '"',
  '日本',
  '🙂',
  'a\nb',
  '$scope_0',
  'GET /x',
)
const record = fc.record(
  {
    time: fc.integer({ min: 0, max: 10_000_000 }).map((ms) => new Date(1.7e12 + ms).toISOString()),
    label_name: fc.constant('footprint'),
    view_name: fc.oneof(weird, fc.constant(null)),
    user: fc.oneof(weird, fc.string({ unit: 'grapheme', maxLength: 4 }), fc.constant(null)),
    method: weird,
    url: weird.map((text) => `/p?q=${text}`),
    status_code: fc.constantFrom(101, 200, 404, 498, 499, 500, 599),
    total_time: fc.oneof(
      fc.integer({ min: 0, max: 100_000 }).map((n) => n / 8),
      fc.constant(null),
    ),
    head_time: fc.constantFrom(1, 2000, null),
    aborted: fc.boolean(),
    ex_type: fc.oneof(weird, fc.constant(null)),
    sql_repeat: weird,
    sql_repeat_count: fc.constantFrom(0, 5, 9, null),
  },
  { requiredKeys: ['time', 'label_name'] },
)

test('the figures of any log, and of any user in it, equal those counted in plain JavaScript', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 25 }), async (records: Raw[]) => {
      const store = await storeOf(records)
      await expectSameFigures(store, UTC, records)
      const [user] = records.flatMap((r) => (typeof r.user === 'string' && r.user !== '' ? [r.user] : []))
      if (user === undefined) return
      const own = records.filter((r) => r.user === user)
      const isOwn = { ...UTC, user: [literal(user)] }
      await expectSameFigures(store, isOwn, own)
      expect((await recent(store, { ...UTC, user: [`!${literal(user)}`] }, { limit: 99 })).requests).toBe(
        records.length - own.length,
      )
    }),
    { numRuns: 4, seed: 20261126, endOnFailure: true }, // each opens a store and asks 25 questions,
  )
})

test.runIf(hasRealData)('the figures of real records equal those counted in plain JavaScript', async () => {
  const records = realRecords()
  const store = await storeOf(records)
  const answer = await views(store, UTC)
  for (const view of answer.views) {
    const figures = figuresOf(records.filter((record) => viewOf(record) === view.view_name))
    expect(view).toMatchObject(close(figures))
  }
  const [worst] = (await repeats(store, UTC)).repeats
  expect(worst?.view_name).toBe('POST /api/v1/routeservice/routes/byIds/')
})
