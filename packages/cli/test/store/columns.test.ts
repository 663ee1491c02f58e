import { afterEach, beforeEach, expect, test } from 'vitest'
import { random } from '../../../../benchmarks/cli/random.js'
import { LINE, scanLine, scannedRow } from '../../dist/input/scan/line.js'
import { RequestColumns } from '../../dist/store/columns/request-columns.js'
import { TextColumn } from '../../dist/store/columns/text-column.js'
import { type OpenStore, openStore } from '../../dist/store/open.js'
import { footprint } from '../footprint.js'

let store: OpenStore
beforeEach(async () => {
  store = await openStore()
})
afterEach(() => store.close())

const next = random(11)
const TEXTS = [
  '',
  'x',
  'é日本🎉',
  '"quoted" \\ and\n\ttabs',
  'x'.repeat(47),
  'y'.repeat(48),
  'z'.repeat(5_000),
]
const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T

function randomFootprint(): Record<string, unknown> {
  const more: Record<string, unknown> = {
    time: new Date(
      Math.floor((next() * 2 - 1) * 4e12) + pick([0, 95_630_666_400_125, 240_000_000_000_000]),
    ).toISOString(), // up to year 9700
    user: pick([null, ...TEXTS]),
    url: pick(TEXTS),
    total_time: pick([0, -1.5, 0.001, 123456789.123, 99999999999999]),
    status_code: pick([null, 0, 200, -(2 ** 31) + 1, 2 ** 31 - 1]),
  }
  if (next() < 0.1) more.aborted = next() < 0.5
  if (next() < 0.1) more.extra = pick([null, {}, { a: ['"', null, 1.5] }, 'text', 5])
  return footprint(more)
}

const COLUMNS = ['user', 'url', 'total_time', 'status_code', 'aborted', 'view_name', 'ex_type'] as const

async function expectRows(
  columns: RequestColumns,
  records: readonly Record<string, unknown>[],
): Promise<void> {
  await store.filling.addRequests(columns.toRowGroup())
  const rows = await store.query<Record<string, unknown>>('SELECT * FROM requests ORDER BY id')
  const found = rows.map((row) => ({
    ...Object.fromEntries(COLUMNS.map((name) => [name, row[name]])),
    time: row.time,
    extra: row.extra === null ? null : JSON.parse(String(row.extra)),
  }))
  const expected = records.map((record) => ({
    ...Object.fromEntries(COLUMNS.map((name) => [name, record[name] ?? null])),
    time: Date.parse(String(record.time)),
    extra: record.extra ?? null,
  }))
  expect(found).toEqual(expected)
}

for (const count of [1, 7, 8, 9, 2_000])
  test(`${count} rows that come as objects or as scanned lines are in the table as they were`, async () => {
    const columns = new RequestColumns()
    const records = Array.from({ length: count }, randomFootprint)
    for (const record of records) {
      const line = Buffer.from(`${JSON.stringify(record)}\n`)
      if (next() < 0.5) columns.addRecord(record)
      else {
        expect(scanLine(line, 0, true)).toBe(LINE.request)
        columns.addScanned(line, scannedRow)
      }
    }
    await expectRows(columns, records)
  })

for (const count of [1, 2, 3, 4, 5, 255, 256, 257, 4_095, 4_096, 4_097, 6_000])
  test(`${count} different texts are in their rows, also in the batch after it`, async () => {
    const columns = new RequestColumns()
    const texts = Array.from(
      { length: count },
      (_, i) => `${'é'.repeat(i % 40)}"${i}\t${'x'.repeat((i % 7) * 10)}`,
    )
    const records = [...texts, ...texts.toReversed(), null, ...texts.slice(0, 5)].map((user) =>
      footprint({ user }),
    )
    for (const batch of [records, records.slice(0, 20)]) {
      columns.clear()
      for (const [i, record] of batch.entries()) {
        if (i % 2 === 0) columns.addRecord(record)
        else {
          const line = Buffer.from(`${JSON.stringify(record)}\n`)
          expect(scanLine(line, 0, true)).toBe(LINE.request)
          columns.addScanned(line, scannedRow)
        }
      }
      await store.filling.addRequests(columns.toRowGroup())
    }
    const rows = await store.query<{ user: string }>('SELECT "user" FROM requests ORDER BY id')
    expect(rows.map(({ user }) => user)).toEqual(
      [...records, ...records.slice(0, 20)].map(({ user }) => user),
    )
  })

test('texts of which many are alike are not searched for, but written one by one', () => {
  const alike = new TextColumn()
  const unlike = new TextColumn()
  for (let row = 0; row < 4_000; row++) {
    alike.addText(row, `${'x'.repeat(300)}${String(row).padStart(8, '0')}${'y'.repeat(300)}`)
    unlike.addText(row, `/api/v1/products/${String(row).padStart(8, '0')}/details.json?lang=en`)
  }
  expect(alike.dictionary).toBe(undefined)
  expect(unlike.dictionary?.count).toBe(4_000)
})

test('cleared columns take the next rows as if they were new', async () => {
  const columns = new RequestColumns()
  for (let i = 0; i < 100; i++) columns.addRecord(randomFootprint())
  columns.clear()
  expect(columns.rows).toBe(0)
  const records = Array.from({ length: 50 }, () => footprint({ user: null }))
  for (const record of records) columns.addRecord(record)
  await expectRows(columns, records)
})

test('a value that does not fit its column is left out, one that can be read as its type is kept', async () => {
  const columns = new RequestColumns()
  columns.addRecord(
    footprint({
      status_code: '404',
      total_time: '12.5',
      sql_count: 2.4,
      aborted: 'true',
      user: 7,
      url: { a: 1 },
    }),
  )
  columns.addRecord(
    footprint({ status_code: 'x', total_time: {}, sql_count: 1e12, aborted: 'perhaps', time: 'never' }),
  )
  await store.filling.addRequests(columns.toRowGroup())
  const rows = await store.query('SELECT * FROM requests ORDER BY id')
  expect(rows).toMatchObject([
    { status_code: 404, total_time: 12.5, sql_count: 2, aborted: true, user: '7', url: '{"a":1}' },
    { status_code: null, total_time: null, sql_count: null, aborted: null, time: null },
  ])
})
