import { createActionLog, currentSql, runInRequest } from '../src/index.js'
import { Extra } from '../src/request/extra.js'
import { memoryHandler } from '../src/testing/index.js'
import { facts } from './facts.js'

describe('the end of a request', () => {
  test('releases extra and statements, even if code of the request still runs', () => {
    const log = createActionLog({ handler: memoryHandler() })
    const request = log.begin('r-1')
    runInRequest(request, () => {
      log.set({ big: 'x'.repeat(1_000) })
      currentSql()?.start('SELECT 1').end()
    })
    expect(request.extra).toEqual({ big: 'x'.repeat(1_000) })
    log.end(request, facts)
    expect(request.extra).toBeUndefined()
    expect(request.sql.summary(0).count).toBe(0)
    request.sql.start('SELECT 2').end()
    expect(request.sql.summary(0).count).toBe(0)
    expect(request.requestId).toBe('r-1')
  })
})

describe('what set() adds', () => {
  const problems: string[] = []
  const handler = memoryHandler()
  const log = createActionLog({ handler, onError: ({ message }) => problems.push(message) })

  test('is bounded while it grows: fields that do not fit are left out and reported', () => {
    const request = log.begin('r-1')
    runInRequest(request, () => {
      for (let i = 0; i < 5_000; i++) log.set({ [`field${i}`]: i })
    })
    expect(Object.keys(request.extra ?? {})).toHaveLength(1_000)
    log.end(request, facts)
    expect(problems[0]).toBe(
      '@actionlog/core: set() left out 1 fields: a footprint takes at most 1000 fields and 262144 characters of JSON',
    )
  })

  test.each<[string, (i: number) => unknown]>([
    ['texts', (i) => `${i}`.padEnd(50_000, 'x')],
    ['objects', (i) => ({ i, text: 'x'.repeat(50_000) })],
    ['lists', (i) => Array.from({ length: 10_000 }, () => i)],
    ['bytes', () => Buffer.alloc(100_000)],
    ['large numbers', (i) => 10n ** 10_000n + BigInt(i)],
  ])('takes so many characters only: %s', (_, valueAt) => {
    const extra = new Extra()
    for (let i = 0; i < 300; i++) extra.add({ [`f${i}`]: valueAt(i) })
    expect(JSON.stringify(extra.fields).length).toBeLessThan(300_000)
  })

  test('may be replaced as often as the app likes', () => {
    const extra = new Extra()
    for (let i = 0; i < 100; i++) expect(extra.add({ a: 'x'.repeat(100_000), n: i })).toBe(0)
    expect(extra.fields).toEqual({ a: 'x'.repeat(100_000), n: 99 })
  })

  test('is a copy: later changes by the app are not on the record', () => {
    const request = log.begin('r-1')
    const cart = { items: 3, when: new Date(0) }
    runInRequest(request, () => log.set({ cart, when: cart.when }))
    cart.items = 4
    log.end(request, facts)
    expect(handler.footprints.at(-1)?.extra).toEqual({
      cart: { items: 3, when: '1970-01-01T00:00:00.000Z' },
      when: '1970-01-01T00:00:00.000Z',
    })
  })

  test('is a field like any other, whatever its name', () => {
    const extra = new Extra()
    extra.add(JSON.parse('{"__proto__":{"a":1},"constructor":2}'))
    expect(Object.entries(extra.fields)).toEqual([
      ['__proto__', { a: 1 }],
      ['constructor', 2],
    ])
  })
})
