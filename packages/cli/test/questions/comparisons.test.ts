import { compare } from '../../src/questions/compare.js'
import { deploys } from '../../src/questions/deploys.js'
import { heatmap } from '../../src/questions/heatmap.js'
import { labels } from '../../src/questions/labels.js'
import { rejected } from '../../src/questions/rejected.js'
import type { Scope } from '../../src/questions/scope.js'
import { why } from '../../src/questions/why.js'
import { HOUR, latencyTimes, noiseLog, START } from './noise.js'
import { close, countBy, figuresOf, isError, requestsOf } from './plain-answers.js'
import { type Raw, storeOf } from './store-of.js'

const UTC: Scope = { timeZone: 'UTC' }
const timeOf = (record: Raw): number => Date.parse(record.time as string)
const totalOf = (record: Raw): number => record.total_time as number
const queryOf = (record: Raw): string => String(record.url).split('?')[1] ?? ''

/** The value of a field as `why` names it. */
function fieldOf(record: Raw, field: string): string | null {
  if (field === 'hour')
    return new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Kathmandu', hour: '2-digit' }).format(
      timeOf(record),
    )
  if (field.startsWith('query.')) return new URLSearchParams(queryOf(record)).get(field.slice(6))
  if (field.startsWith('extra.')) {
    const value = (record.extra as Raw | undefined)?.[field.slice(6)]
    return value === undefined ? null : String(value)
  }
  if (field === 'url.path') return String(record.url).split('?')[0] as string
  return record[field] == null ? null : String(record[field])
}

function has(record: Raw, { field, value }: { field: string; value: string | null }): boolean {
  if (field === 'query') return new URLSearchParams(queryOf(record)).has(value ?? '')
  return fieldOf(record, field) === value
}

test('the shares and medians of why equal those counted in plain JavaScript', async () => {
  const slow = (record: Raw, at: number): number =>
    /page=8|flag/.test(String(record.url)) || (record.extra as Raw)['a/b'] === 1 || (at > 0.521 && at < 0.604)
      ? 9
      : 1
  const records = noiseLog(4, 4000, {
    change: (record, at) => {
      const marked = {
        ...record,
        url: `${record.url}${at % 0.01 < 0.001 ? '&flag&flag&q=%E6%97%A5+x' : ''}`,
        extra: { ...(record.extra as Raw), ...(at % 0.02 < 0.002 && { 'a/b': 1 }) },
      }
      return latencyTimes(slow)(marked, at)
    },
  })
  const store = await storeOf(records)
  const scope = { timeZone: 'Asia/Kathmandu' } // a zone whose hours begin at a quarter
  const answer = await why(store, scope, { selection: { above: 300 }, limit: 100 })
  const selected = records.filter((record) => totalOf(record) > 300)
  const rest = records.filter((record) => totalOf(record) <= 300)
  expect(answer).toMatchObject({ selected: selected.length, rest: rest.length, threshold: 300 })
  const names = answer.findings.map(({ field, value }) => `${field}=${value}`)
  for (const name of ['query.page=8', 'query=flag', 'query.flag=', 'query.q=日 x', 'extra.a/b=1', 'hour=20'])
    expect(names).toContain(name)
  for (const finding of answer.findings) {
    const inside = selected.filter((record) => has(record, finding)).length
    const outside = rest.filter((record) => has(record, finding)).length
    const medianOf = (wanted: boolean): unknown =>
      figuresOf(records.filter((record) => has(record, finding) === wanted)).p50
    expect(finding).toMatchObject(
      close({
        inside,
        outside,
        inside_share: inside / selected.length,
        outside_share: outside / rest.length,
        median_with: medianOf(true),
        median_without: medianOf(false),
      }),
    )
  }
})

test('the figures of compare equal those counted in plain JavaScript', async () => {
  const records = noiseLog(5, 2000)
  const ranges = {
    before: { from: START, until: START + 5 * HOUR },
    after: { from: START + 7 * HOUR, until: START + 12 * HOUR },
  }
  const { views, before, after } = await compare(await storeOf(records), UTC, ranges)
  const chosen = (side: 'before' | 'after', view?: string): Raw[] =>
    records.filter(
      (record) =>
        timeOf(record) >= ranges[side].from &&
        timeOf(record) < ranges[side].until &&
        (view === undefined || record.view_name === view),
    )
  expect([before.requests, after.requests]).toEqual([chosen('before').length, chosen('after').length])
  expect(views.map((view) => view.view_name).sort()).toEqual(
    [...new Set([...chosen('before'), ...chosen('after')].map((record) => String(record.view_name)))].sort(),
  )
  for (const view of views) {
    for (const side of ['before', 'after'] as const) {
      const own = chosen(side, view.view_name)
      const { requests, p50, p95, errors } = figuresOf(own)
      const sql_count = own.reduce((sum, record) => sum + Number(record.sql_count), 0) / own.length
      const error_rate = own.filter(isError).length / own.length
      expect(view[side]).toMatchObject(close({ requests, p50, p95, errors, error_rate, sql_count }))
    }
  }
})

test('the cells of the heatmap and the deploys equal those counted in plain JavaScript', async () => {
  const records = noiseLog(6, 1500, {
    change: (record, at) => ({
      ...record,
      extra: at < 0.1 ? null : { version: at > 0.6 ? '2' : '1' },
      ...(at > 0.3 && at < 0.32 && { total_time: null }),
      ...(at > 0.5 && at < 0.52 && { status_code: 101, total_time: 5e6 }),
    }),
  })
  const store = await storeOf(records)
  const { cells, edges, buckets, requests } = await heatmap(store, UTC, { buckets: 6 })
  const waited = records.filter((record) => figuresOf([record]).p50 !== null)
  expect(requests).toBe(waited.length)
  for (const [i, cell] of cells.entries()) {
    const until = buckets.starts[i + 1] ?? Number.POSITIVE_INFINITY
    const own = waited.filter((r) => timeOf(r) >= (buckets.starts[i] as number) && timeOf(r) < until)
    expect(cell).toEqual(
      edges
        .slice(1)
        .map((to, j) => own.filter((r) => totalOf(r) >= (edges[j] as number) && totalOf(r) < to).length),
    )
  }

  const versions = ['1', '2'].map((version) => {
    const own = records.filter((record) => (record.extra as Raw | null)?.version === version)
    return { version, first: timeOf(own[0] as Raw), last: timeOf(own.at(-1) as Raw), requests: own.length }
  })
  expect((await deploys(store, UTC)).deploys).toEqual(versions)
})

test('labels and rejected pieces equal those counted in plain JavaScript', async () => {
  const records = noiseLog(8, 300, {
    change: (record, at) =>
      at > 0.7
        ? {
            time: record.time,
            label_name: at > 0.9 ? 'paid' : 'saved',
            user: record.user,
            ...(at > 0.8 && { sum: 1 }),
          }
        : record,
  })
  const store = await storeOf(records)
  const labelled = records.filter((record) => !requestsOf([record]).length)
  const answer = await labels(store, UTC)
  expect(answer.records).toBe(labelled.length)
  expect(answer.labels.map((label) => [label.label_name, label.records])).toEqual(
    countBy(labelled, (record) => record.label_name),
  )
  for (const { label_name, users, fields, first, last } of answer.labels) {
    const own = labelled.filter((record) => record.label_name === label_name)
    expect({ users, first, last }).toEqual({
      users: new Set(own.flatMap(({ user }) => (user === null ? [] : [user]))).size,
      first: timeOf(own[0] as Raw),
      last: timeOf(own.at(-1) as Raw),
    })
    expect(fields.map(({ name, records }) => [name, records])).toEqual(
      ['sum', 'user']
        .map((name) => [name, own.filter((record) => name in record).length] as const)
        .filter(([, n]) => n > 0)
        .toSorted((a, b) => b[1] - a[1]),
    )
  }

  const pieces = ['no JSON', 'too long', 'no JSON'].map((reason, i) => ({
    file: 'a.log',
    byte_offset: 100 * (3 - i),
    line: 3 - i,
    reason,
    text: `{${i}`,
  }))
  await store.filling.addRejected(pieces)
  expect(await rejected(store)).toEqual({
    rejected: 3,
    reasons: [
      { reason: 'no JSON', rejected: 2 },
      { reason: 'too long', rejected: 1 },
    ],
    rows: pieces.toReversed(),
  })
})
