import type { ActionLogRecord } from '@actionlog/core'
import { toEcs, toOtel } from '@actionlog/core/shapes'
import { expect, test } from 'vitest'
import { load } from '../../dist/input/load.js'
import { views } from '../../dist/questions/views.js'
import { openStore } from '../../dist/store/open.js'
import { footprint } from '../footprint.js'
import { runCli } from '../run-cli.js'
import { shopLog } from '../seeded-log.js'
import { loadAll, logFolder } from './loaded-log.js'

const SHAPES = { toEcs, toOtel }

const full = footprint({
  user: 'ada',
  user_agent: 'curl/8.5.0',
  head_time: 3.25,
  aborted: true,
  ex_type: 'TypeError',
  ex_message: 'no such post',
  ex_stack: 'TypeError: no such post\n    at /app/posts.js:1:2',
  status_code: 500,
  sql_errors: 1,
  sql_source: 'event',
  sql_slowest: 'Post.findMany',
  sql_slowest_time: 0.5,
  sql_repeat: 'Post.findFirst',
  sql_repeat_count: 10,
  trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  span_id: '00f067aa0ba902b7',
  extra: { version: '1.4.2', cart: { items: [1, null] } },
})
const { requests, labelled } = shopLog(500)
const records = [
  ...labelled,
  ...requests,
  full,
  footprint({ method: 'PURGE', url: '*', view_name: '(unmatched)', own: { a: [1] } }),
  { time: '2026-11-26T09:00:00.250Z', amount: 3, user: 7, nested: { a: null } },
] as unknown as readonly ActionLogRecord[]
const linesOf = (shaped: readonly object[]): string =>
  shaped.map((record) => `${JSON.stringify(record)}\n`).join('')

/** How programs around the app wrap a line of its output. */
const WRAPPED: Readonly<Record<string, (line: string) => string>> = {
  'as they are': (line) => line,
  'wrapped by Docker': (line) =>
    JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: '2026-11-26T09:00:00Z' }),
  'wrapped by Kubernetes': (line) => `2026-11-26T09:00:00.000000000Z stdout F ${line}`,
  'wrapped by journald': (line) =>
    JSON.stringify({ MESSAGE: line, __REALTIME_TIMESTAMP: '1795683600000000' }),
  'wrapped by a collector': (line) => JSON.stringify({ '@timestamp': '2026-11-26T09:00:00Z', message: line }),
}

for (const [name, shape] of Object.entries(SHAPES)) {
  test(`records in the shape of ${name} become the same requests, labelled records and views`, async () => {
    const folder = logFolder()
    try {
      const ownFile = folder.write('own.log', linesOf(records))
      const own = await loadAll([ownFile])
      expect(own.counts).toMatchObject({
        requests: requests.length + 2,
        labelled: labelled.length + 1,
        rejected: 0,
      })
      const ownViews = await viewsOf(ownFile)
      for (const [how, wrap] of Object.entries(WRAPPED)) {
        const text = records.map((record) => `${wrap(JSON.stringify(shape(record)))}\n`).join('')
        const file = folder.write(`${how}.log`, text)
        const shaped = await loadAll([file])
        expect(shaped.counts, how).toEqual(own.counts)
        expect(shaped.requests, how).toEqual(own.requests)
        expect(shaped.actions, how).toEqual(own.actions)
        if (how === 'as they are') expect(await viewsOf(file)).toEqual(ownViews)
      }
    } finally {
      folder.remove()
    }
  })

  test(`tail prints records in the shape of ${name} as it prints our own`, async () => {
    const own = await runCli(['tail', '--tz', 'UTC'], linesOf(records))
    const shaped = await runCli(['tail', '--tz', 'UTC'], linesOf(records.map((record) => shape(record))))
    expect(own.stdout.split('\n').length).toBeGreaterThan(records.length)
    expect(shaped).toEqual(own)
  })
}

async function viewsOf(file: string): Promise<unknown> {
  const store = await openStore()
  try {
    await load(store, [file])
    return await views(store, { timeZone: 'UTC' })
  } finally {
    await store.close()
  }
}
