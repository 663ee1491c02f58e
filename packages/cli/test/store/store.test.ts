import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { insertRecords } from '../../dist/store/insert-records.js'
import { type OpenStore, openStore } from '../../dist/store/open.js'
import { FIRST_ACTION_ID } from '../../dist/store/schema.js'
import { footprint } from '../footprint.ts'

let store: OpenStore
beforeEach(async () => {
  store = await openStore()
})
afterEach(() => store.close())

const SLOW = 'SELECT sum(a.range * b.range % 7) AS n FROM range(1000000) a, range(1000000) b'
const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`actionlog-cli-${process.pid}-`))

describe('a query', () => {
  test('gives numbers, times in milliseconds, lists and structs as plain JavaScript values', async () => {
    const [row] =
      await store.query(`SELECT count(*) AS n, 9007199254740991::BIGINT AS big, 1.25::DECIMAL(9, 2) AS d,
      2::HUGEINT AS huge, TIMESTAMPTZ '2026-11-26 09:00:00.25+00' AS t, DATE '1970-01-02' AS day, [1, 2]::BIGINT[] AS list,
      {'a': 1::BIGINT, 'b': NULL} AS struct, MAP {'k': 1::BIGINT} AS map, INTERVAL 90 SECOND AS i, '{"a":1}'::JSON AS j,
      true AS yes, NULL AS nothing`)
    expect(row).toEqual({
      n: 1,
      big: Number.MAX_SAFE_INTEGER,
      d: 1.25,
      huge: 2,
      t: Date.parse('2026-11-26T09:00:00.250Z'),
      day: 86_400_000,
      list: [1, 2],
      struct: { a: 1, b: null },
      map: { k: 1 },
      i: 90_000,
      j: '{"a":1}',
      yes: true,
      nothing: null,
    })
  })

  test('takes parameters of every kind and ignores those that the SQL does not name', async () => {
    const rows = await store.query(
      `SELECT range AS n FROM range(10)
       WHERE range IN (SELECT unnest($list)) AND 'b' = ANY($words) AND $text = 'x' AND $yes AND $none IS NULL
       LIMIT $limit`,
      { list: [1, 2, 3], words: ['a', 'b'], text: 'x', yes: true, none: null, limit: 2, unused: 1 },
    )
    expect(rows).toEqual([{ n: 1 }, { n: 2 }])
  })

  test.each([Number.MAX_VALUE, -1e300, 2 ** 63, 2 ** 53, 0.1])('takes the number %s', async (number) => {
    const [row] = await store.query('SELECT $number AS number, $number > 1 AS more', { number })
    expect(row).toEqual({ number, more: number > 1 })
  })

  test('says which parameter has no value', async () => {
    await expect(store.query('SELECT $view')).rejects.toThrow('the query needs a value for $view')
  })

  test('rejects with a StoreError if the SQL is wrong, and the next one works', async () => {
    await expect(store.query('SELECT nope')).rejects.toMatchObject({ name: 'StoreError' })
    expect(await store.query('SELECT 1 AS n')).toEqual([{ n: 1 }])
  })

  test('ends with the reason of its signal while it runs, and others go on', async () => {
    const abort = new AbortController()
    const slow = store.query(SLOW, {}, abort.signal)
    const others = [1, 2, 3].map((n) => store.query('SELECT $n AS n', { n }))
    setTimeout(() => abort.abort(new Error('enough')), 50)
    await expect(slow).rejects.toThrow('enough')
    expect(await Promise.all(others)).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]])
  })

  test('ends with the reason of its signal while it waits for its turn', async () => {
    const running = new AbortController()
    const slow = [1, 2].map(() => store.query(SLOW, {}, running.signal).catch((error) => error))
    const waiting = new AbortController()
    const third = store.query('SELECT 3 AS n', {}, waiting.signal)
    waiting.abort(new Error('not needed'))
    await expect(third).rejects.toThrow('not needed')
    running.abort(new Error('enough'))
    expect(await Promise.all(slow)).toEqual([new Error('enough'), new Error('enough')])
  })

  test('is not run if its signal was aborted before', async () => {
    await expect(store.query('SELECT 1', {}, AbortSignal.abort(new Error('before')))).rejects.toThrow(
      'before',
    )
  })

  test('reaches no file and no setting', async () => {
    await store.filling.endLoading()
    const folder = mkdtempSync(join(tmpdir(), 'actionlog-secret-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'secret.txt'), 'x')
    for (const sql of [
      `SELECT * FROM read_text('${join(folder, 'secret.txt')}')`,
      `COPY (SELECT 1) TO '${join(folder, 'copy.csv')}'`,
      `ATTACH '${join(folder, 'a.duckdb')}'`,
      'INSTALL httpfs',
      "SET memory_limit = '10GB'",
      'SET enable_external_access = true',
    ])
      await expect(store.query(sql), sql).rejects.toThrow()
  })

  test('spills what the memory limit leaves no room for', async () => {
    const small = await openStore({ memoryLimitBytes: 60e6 })
    const sql = 'SELECT count(*) AS n FROM (SELECT range, hash(range) AS h FROM range(6000000) ORDER BY h)'
    expect(await small.query(sql)).toEqual([{ n: 6_000_000 }])
    await small.close()
  })

  test('says in plain words that the memory limit is too small for it', async () => {
    const small = await openStore({ memoryLimitBytes: 60e6 })
    await expect(small.query('SELECT list(range) AS l FROM range(100000000)')).rejects.toThrow(
      /^@actionlog\/cli: the memory limit is too small for this question: raise --memory-limit/,
    )
    await small.close()
  })
})

describe('the tables', () => {
  test('take footprints and labelled records and lose no field', async () => {
    await insertRecords(store, [
      footprint({
        ex_stack: 'Error\n  at x',
        extra: { version: '1' },
        aborted: true,
        odd: [1],
        id: 5,
        other: 'o',
      }),
      { time: '2026-11-26T09:00:00.300Z', label_name: 'hoge_save', request_id: 'r1', user: 7, foo: { a: 1 } },
      { time: '2026-11-26T09:00:00.400Z', n: 1 },
    ])
    const [request] = await store.query<Record<string, unknown>>('SELECT * FROM requests')
    expect(request).toMatchObject({
      id: 0,
      time: Date.parse('2026-11-26T09:00:00.250Z'),
      view_name: 'GET /posts/:id',
      total_time: 3.75,
      aborted: true,
      ex_type: null,
      ex_stack: 'Error\n  at x',
    })
    expect(JSON.parse(String(request?.extra))).toEqual({ version: '1' })
    expect(JSON.parse(String(request?.other))).toEqual({ odd: [1], id: 5, other: 'o' })
    const actions = await store.query<Record<string, unknown>>('SELECT * FROM actions ORDER BY id')
    expect(actions.map(({ fields, ...row }) => ({ ...row, fields: JSON.parse(String(fields)) }))).toEqual([
      {
        id: FIRST_ACTION_ID,
        time: Date.parse('2026-11-26T09:00:00.300Z'),
        label_name: 'hoge_save',
        request_id: 'r1',
        user: '7',
        fields: {
          time: '2026-11-26T09:00:00.300Z',
          label_name: 'hoge_save',
          request_id: 'r1',
          user: 7,
          foo: { a: 1 },
        },
      },
      {
        id: FIRST_ACTION_ID + 1,
        time: Date.parse('2026-11-26T09:00:00.400Z'),
        label_name: null,
        request_id: null,
        user: null,
        fields: { time: '2026-11-26T09:00:00.400Z', n: 1 },
      },
    ])
  })
})

describe('close()', () => {
  test('interrupts what runs, refuses what waits, and removes the private folder', async () => {
    const opened = await openStore()
    expect(folders()).toHaveLength(2)
    if (process.platform !== 'win32')
      for (const name of folders()) expect(statSync(join(tmpdir(), name)).mode & 0o777).toBe(0o700)
    const results = [1, 2, 3].map(() => opened.query(SLOW).catch((error) => error.message))
    await opened.close()
    expect(await Promise.all(results)).toEqual(Array(3).fill('@actionlog/cli: the store is closed'))
    await expect(opened.query('SELECT 1')).rejects.toThrow('the store is closed')
    expect(folders()).toHaveLength(1)
  })

  test('leaves the one listener for the end of the process to the stores that are open', async () => {
    const listeners = process.listenerCount('exit')
    const more = [await openStore(), await openStore()]
    expect(process.listenerCount('exit')).toBe(listeners)
    await Promise.all([store, ...more].map((opened) => opened.close()))
    expect(process.listenerCount('exit')).toBe(listeners - 1)
    store = await openStore()
  })

  test('of what another process left behind is done by the next one', async () => {
    const made = mkdtempSync(join(tmpdir(), 'actionlog-left-'))
    writeFileSync(join(made, '1.json'), '{}')
    const left = join(tmpdir(), `actionlog-cli-999999999-${process.pid}`)
    renameSync(made, left) // whole at once, as any store that opens meanwhile removes it
    await (await openStore()).close()
    expect(existsSync(left)).toBe(false)
  })
})
