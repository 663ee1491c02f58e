import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ActionLogRecord, parseText } from '@actionlog/core'
import { fromShape, toEcs, toOtel } from '@actionlog/core/shapes'
import { memoryHandler } from '@actionlog/core/testing'
import { fileHandler } from '@actionlog/handler-file'
import { actionlog } from '@actionlog/koa'
import { serve } from './serve.js'

// What a fleet's record needs, on its whole way: head_time, the settings fields and transform, actionlog.requestId.

const logfile = (name: string): string => join(tmpdir(), `actionlog-whole-way-${process.pid}.${name}`)
const names = ['json', 'text', 'toEcs', 'toOtel']
afterEach(() => {
  for (const name of names) rmSync(logfile(name), { force: true })
})

const transform = (record: ActionLogRecord): ActionLogRecord => ({ ...record, user: null })

test('a request arrives at each sink, in each format and shape, with the same fields', async () => {
  const memory = memoryHandler()
  const files = [
    fileHandler({ logfile: logfile('json') }),
    fileHandler({ logfile: logfile('text'), format: 'text' }),
    fileHandler({ logfile: logfile('toEcs'), shape: toEcs }),
    fileHandler({ logfile: logfile('toOtel'), shape: toOtel }),
  ]
  const served = await serve(
    (app) =>
      app.use((ctx) => {
        ctx.state.user = { id: 'alice' }
        actionlog.set({ cart_items: 3 })
        actionlog.log({ label_name: 'hoge_save', user: 'alice', id: actionlog.requestId })
        ctx.body = actionlog.requestId
      }),
    { handler: [memory, ...files], fields: { service: 'shop', version: '1.4.2' }, transform },
  )
  const response = await fetch(`http://127.0.0.1:${served.port}/`)
  const requestId = await response.text()
  await vi.waitFor(() => expect(memory.records).toHaveLength(2), 60_000)
  await served.log.flush()

  const [label, footprint] = memory.records
  expect(label).toEqual({
    time: expect.any(String),
    label_name: 'hoge_save',
    request_id: requestId,
    service: 'shop',
    version: '1.4.2',
    user: null,
    id: requestId,
  })
  expect(footprint).toMatchObject({
    request_id: response.headers.get('x-request-id'),
    user: null,
    head_time: expect.any(Number),
    extra: { service: 'shop', version: '1.4.2', cart_items: 3 },
  })
  const lines = (name: string): unknown[] =>
    readFileSync(logfile(name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  expect(lines('json')).toEqual(memory.records)
  expect(lines('toEcs').map(fromShape)).toEqual(memory.records)
  expect(lines('toOtel').map(fromShape)).toEqual(memory.records)

  const { records, rejected } = parseText(readFileSync(logfile('text'), 'utf8'))
  const asText = ({ time, ...fields }: ActionLogRecord): Record<string, string> =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    )
  expect(rejected).toEqual([])
  expect(records.map(({ time, ...fields }) => fields)).toEqual(memory.records.map(asText))
})
