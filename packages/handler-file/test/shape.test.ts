import { readFileSync } from 'node:fs'
import { createActionLog } from '@actionlog/core'
import { fromShape, toEcs, toOtel } from '@actionlog/core/shapes'
import { handlerContract } from '@actionlog/core/testing'
import { fileHandler } from '../src/index.js'
import { logfile } from './log-folder.js'

const record = { time: '2026-11-22T20:00:08.728Z', label_name: 'hoge_save', user: 'alice', foo: 'bar' }
const lines = (): unknown[] =>
  readFileSync(logfile, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

handlerContract('fileHandler with a shape', () => fileHandler({ logfile, shape: toEcs }))

test.each([
  ['toEcs', toEcs],
  ['toOtel', toOtel],
])('writes each record in the shape %s, from which the record can be read again', async (_, shape) => {
  const log = createActionLog({ handlerType: 'file', logfile, shape })
  log.log(record)
  await log.close()
  expect(lines()).toEqual([shape(record)])
  expect(lines().map(fromShape)).toEqual([record])
})

test('bounds a record in the size that its shape has', async () => {
  const handler = fileHandler({ logfile, shape: toEcs, maxRecordBytes: 1_024 })
  handler.emit({ ...record, foo: 'x'.repeat(100_000) })
  await handler.close()
  expect(readFileSync(logfile).length).toBeLessThanOrEqual(1_024)
  expect(lines()).toMatchObject([{ labels: { foo: expect.stringContaining('more characters]') } }])
})

test('refuses a shape for the text format', () => {
  expect(() => fileHandler({ logfile, shape: toEcs, format: 'text' })).toThrow(
    '@actionlog/handler-file: options.shape needs options.format to be "json"',
  )
})

test('keeps a record for which the shape fails, under its own names', async () => {
  const reports: string[] = []
  const shape = (): never => {
    throw new Error('no shape')
  }
  const log = createActionLog({
    handlerType: 'file',
    logfile,
    shape,
    onError: ({ message }: Error) => reports.push(message),
  })
  log.log(record)
  await log.close()
  expect(lines()).toEqual([record])
  expect(reports).toEqual([
    '@actionlog/handler-file: options.shape failed, so the record keeps its own names: no shape',
  ])
})
