import { existsSync, readdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { random } from '../../../../benchmarks/cli/random.js'
import { RequestColumns } from '../../dist/store/columns/request-columns.js'
import { type OpenStore, openStore } from '../../dist/store/open.js'
import { footprint } from '../footprint.ts'

let store: OpenStore
beforeEach(async () => {
  store = await openStore()
})
afterEach(() => store.close())

const GROUPS = 7
const GROUP_ROWS = 90
const next = random(5)
const pick = <T>(...items: T[]): T => items[Math.floor(next() * items.length)] as T

/** Records whose fields have another range in each row group, or no value at all. */
function groupOf(group: number): Record<string, unknown>[] {
  const time = (): number => (group * 1_000_000 - 3_000_000 + Math.floor(next() * 1_500_000)) * 1_000
  return Array.from({ length: GROUP_ROWS }, () =>
    footprint({
      time: new Date(time()).toISOString(),
      total_time: group === 2 ? null : (next() - 0.5) * 100 + group * 60,
      status_code: pick(200 + group, 404, group === 3 ? null : 500),
      sql_count: group - 3,
      user: pick('a', `user-${group}`),
      ...(group === 4 && { ex_type: 'RangeError' }),
    }),
  )
}

async function add(records: readonly Record<string, unknown>[]): Promise<void> {
  const columns = new RequestColumns()
  for (const record of records) columns.addRecord(record)
  await store.filling.addRequests(columns.toRowGroup())
}

async function fill(): Promise<Record<string, unknown>[]> {
  const all: Record<string, unknown>[] = []
  for (let group = 0; group < GROUPS; group++) {
    const records = groupOf(group)
    if (group % 2 === 0 && group < GROUPS - 1) await store.filling.beginLoading()
    await add(records)
    if (group % 2 === 1) await store.filling.endLoading() // two row groups to a file, the last one in the table
    all.push(...records)
  }
  return all
}

test('rows are numbered in the order of reading, over row groups, files, and what comes after the loading', async () => {
  const records = await fill()
  const rows = await store.query<Record<string, unknown>>(
    'SELECT id, "user", total_time, time FROM requests ORDER BY id',
  )
  expect(rows).toEqual(
    records.map(({ user, total_time, time }, id) => ({
      id,
      user,
      total_time,
      time: Date.parse(String(time)),
    })),
  )
})

test('a file may have hundreds of row groups', async () => {
  await store.filling.beginLoading()
  for (let group = 0; group < 300; group++) await add([footprint({ request_id: `${group}` })])
  await store.filling.endLoading()
  expect(await store.query('SELECT count(*) AS rows, max(request_id::INT) AS last FROM requests')).toEqual([
    { rows: 300, last: 299 },
  ])
})

test('a condition finds the rows it fits in every row group, and no other', async () => {
  const records = await fill()
  const columns: Record<string, (record: Record<string, unknown>, id: number) => unknown> = {
    id: (_, id) => id,
    total_time: ({ total_time }) => total_time,
    status_code: ({ status_code }) => status_code,
    sql_count: ({ sql_count }) => sql_count,
    'epoch_ms(time)': ({ time }) => Date.parse(String(time)),
    time: ({ time }) => Date.parse(String(time)),
  }
  for (const [column, read] of Object.entries(columns)) {
    const values = records.map(read).filter((value): value is number => value !== null)
    for (let i = 0; i < 40; i++) {
      const [from, until] = [pick(...values), pick(...values)].sort((a, b) => a - b) as [number, number]
      const [low, high] =
        column === 'time' ? [from, until].map((ms) => `make_timestamptz(${ms * 1_000})`) : [from, until]
      const found = await store.query<{ id: number }>(
        `SELECT id FROM requests WHERE ${column} >= ${low} AND ${column} <= ${high} ORDER BY id`,
      )
      const expected = records.flatMap((record, id) => {
        const value = read(record, id) as number | null
        return value !== null && value >= from && value <= until ? [id] : []
      })
      expect(found.map(({ id }) => id)).toEqual(expected)
    }
  }
})

test('a column without any value in some row groups is null there', async () => {
  await fill()
  const [row] = await store.query(
    `SELECT count(*) AS requests, count(ex_type) AS errors, count(total_time) AS timed, count(other) AS other FROM requests`,
  )
  expect(row).toEqual({
    requests: GROUPS * GROUP_ROWS,
    errors: GROUP_ROWS,
    timed: (GROUPS - 1) * GROUP_ROWS,
    other: 0,
  })
})

test.runIf(existsSync('/dev/full'))(
  'a full disk is named, and what would help; what was loaded before can be asked, and rows come after it',
  async () => {
    await store.filling.beginLoading()
    await add(groupOf(0))
    await store.filling.endLoading()
    const folder = readdirSync(tmpdir()).find((name) => name.startsWith(`actionlog-cli-${process.pid}-`))
    symlinkSync('/dev/full', join(tmpdir(), folder as string, 'requests-1'))
    await store.filling.beginLoading()
    await expect(add(groupOf(1))).rejects.toThrow(
      /^@actionlog\/cli: no space left in .*actionlog-cli-.* set TMPDIR to a folder with more$/,
    )
    await store.filling.endLoading()
    await add(groupOf(6))
    const [row] = await store.query('SELECT count(*) AS rows, max(id) AS last FROM requests')
    expect(row).toEqual({ rows: 2 * GROUP_ROWS, last: 2 * GROUP_ROWS - 1 })
  },
)
