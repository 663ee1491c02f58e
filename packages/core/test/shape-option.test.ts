import type { ActionLogError } from '../src/index.js'
import { createActionLog, recordShaper, stdoutHandler } from '../src/index.js'
import { runNode } from './run-node.js'
import { footprint } from './shapes/records.js'

describe('the option shape of the stdout handler', () => {
  test('writes each record as a line of JSON in that shape', async () => {
    const { stdout } = await runNode(`
      import { createActionLog } from '@actionlog/core'
      import { toEcs } from '@actionlog/core/shapes'
      const log = createActionLog({ handlerType: 'stdout', format: 'json', shape: toEcs })
      log.log({ time: '2026-11-22T20:00:08.728Z', label_name: 'hoge_save', foo: 'bar' })`)
    expect(JSON.parse(stdout)).toEqual({
      '@timestamp': '2026-11-22T20:00:08.728Z',
      ecs: { version: '9.4.0' },
      event: { kind: 'event', action: 'hoge_save', dataset: 'actionlog.action' },
      log: { level: 'info' },
      labels: { foo: 'bar' },
    })
  })

  test('needs the JSON format, in the settings and in the options', () => {
    const why = "the text format always uses actionlog's own names"
    expect(() => createActionLog({ shape: () => ({}) })).toThrow(
      `@actionlog/core: ACTION_LOG_SETTING.shape needs ACTION_LOG_SETTING.format to be "json": ${why}`,
    )
    expect(() => stdoutHandler({ shape: () => ({}), format: 'text' })).toThrow(
      `@actionlog/core: options.shape needs options.format to be "json": ${why}`,
    )
  })

  test('must be a function', () => {
    expect(() => stdoutHandler({ format: 'json', shape: 'ecs' as never })).toThrow(
      '@actionlog/core: options.shape must be a function (record) => object, got "ecs"',
    )
  })
})

describe('recordShaper()', () => {
  const errors: ActionLogError[] = []
  const shaped = (shape?: (record: unknown) => unknown): unknown => {
    errors.length = 0
    return recordShaper(shape as never, '@acme/x', () => (error) => errors.push(error))(record)
  }
  const record = footprint()

  test('gives each record the shape', () => {
    expect(shaped((given) => ({ given }))).toEqual({ given: record })
    expect(errors).toEqual([])
  })

  test('leaves records as they are without a shape', () => {
    expect(shaped()).toBe(record)
  })

  test.each<[string, (record: unknown) => unknown]>([
    [
      'no such field',
      () => {
        throw new Error('no such field')
      },
    ],
    ['it must return an object, got "text"', () => 'text'],
    ['it must return an object, got null', () => null],
    ['it must not return a promise', async () => ({})],
  ])('keeps the own names of a record if the shape fails, and reports that: %s', (reason, shape) => {
    expect(shaped(shape)).toBe(record)
    expect(errors).toMatchObject([{ code: 'callback_failed' }])
    expect(errors[0]?.message).toContain('@acme/x: options.shape failed, so the record keeps its own names: ')
    if (!reason.includes('promise')) expect(errors[0]?.message).toContain(reason)
  })

  test('reports at most once a second, however many records fail, and never within a report', () => {
    let [calls, depth] = [0, 0]
    const shape = recordShaper(
      () => null as never,
      '@acme/x',
      () => () => {
        expect(++depth).toBe(1)
        calls++
        shape(record)
        depth--
      },
    )
    for (let i = 0; i < 100; i++) shape(record)
    expect(calls).toBe(1)
  })
})
