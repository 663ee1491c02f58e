import { openActionLog } from '../src/action-log.js'
import {
  type ActionFields,
  type ActionLog,
  ActionLogError,
  type ActionLogSettings,
  createActionLog,
  currentSql,
  type Footprint,
  type Handler,
  runInRequest,
} from '../src/index.js'
import { type MemoryHandler, memoryHandler } from '../src/testing/index.js'
import { facts } from './facts.js'

const unhandled: unknown[] = []
const listen = (reason: unknown): void => void unhandled.push(reason)
beforeAll(() => void process.on('unhandledRejection', listen))
afterAll(() => void process.off('unhandledRejection', listen))

let handler: MemoryHandler
let reported: ActionLogError[]
let log: ActionLog
beforeEach(() => {
  handler = memoryHandler()
  reported = []
  log = createActionLog({ handler, onError: (error) => reported.push(error) })
})
afterEach(async () => {
  await log.close()
  await new Promise((resolve) => setImmediate(resolve))
  expect(unhandled.splice(0)).toEqual([])
})

const boom = (): never => {
  throw new Error('boom')
}
const messages = (): string[] => reported.map(({ message }) => message)

describe('log()', () => {
  it('writes the fields at the top level, after time and label', () => {
    log.log({ foo: 'bar', label_name: 'hoge_save', nested: { a: [1] } })
    expect(Object.entries(handler.records[0] ?? {})).toEqual([
      ['time', expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)],
      ['label_name', 'hoge_save'],
      ['foo', 'bar'],
      ['nested', { a: [1] }],
    ])
  })

  it('takes objects of any type, and only a text for a label', () => {
    interface Cart {
      items: number
    }
    const cart: Cart = { items: 3 }
    const labelled: ActionFields = { label_name: 'cart', ...cart }
    for (const fields of [cart, labelled]) log.log(fields)
    // @ts-expect-error
    log.log({ label_name: 5, items: 3 })
    const time = expect.any(String)
    expect(handler.records).toEqual([
      { time, items: 3 },
      { time, label_name: 'cart', items: 3 },
      { time, items: 3 },
    ])
    expect(messages()).toEqual([
      '@actionlog/core: log() ignored label_name: it must be a string other than "footprint"',
    ])
  })

  it('adds the request id inside a request, also after its footprint was written', () => {
    const request = log.begin('r-1')
    runInRequest(request, () => {
      log.log({ a: 1 })
      log.end(request, facts)
      log.log({ a: 2 })
    })
    log.log({ a: 3 })
    expect(handler.records.map(({ request_id }) => request_id)).toEqual(['r-1', 'r-1', 'r-1', undefined])
  })

  it("lets the caller's own time and request_id win", () => {
    runInRequest(log.begin('r-1'), () => log.log({ time: 5, request_id: null, a: 1 }))
    expect(handler.records).toEqual([{ time: 5, request_id: null, a: 1 }])
  })

  it('leaves out what is undefined', () => {
    log.log({ label_name: undefined, time: undefined, a: undefined })
    expect(handler.records).toEqual([{ time: expect.any(String) }])
  })

  it.each(['footprint', 5, null, { toJSON: () => 'footprint' }, Object('footprint')])(
    'refuses the label %j: reported, written without',
    (label) => {
      log.log({ label_name: label as string, a: 1 })
      expect(handler.records).toEqual([{ time: expect.any(String), a: 1 }])
      expect(reported).toEqual([expect.objectContaining({ code: 'bad_fields' })])
      expect(messages()).toEqual([
        '@actionlog/core: log() ignored label_name: it must be a string other than "footprint"',
      ])
    },
  )

  it('gives no field a meaning it has not: __proto__ is one like any other', () => {
    log.log(JSON.parse('{"__proto__":{"label_name":"footprint"},"a":1}'))
    expect(handler.footprints).toEqual([])
    expect(handler.records[0]?.label_name).toBeUndefined()
    expect(Object.keys(handler.records[0] ?? {})).toEqual(['time', '__proto__', 'a'])
  })

  it('loses only the field whose getter throws', () => {
    log.log({
      label_name: 'l',
      a: 1,
      get b() {
        return boom()
      },
      c: 3,
    })
    expect(handler.records).toEqual([
      { time: expect.any(String), label_name: 'l', a: 1, b: '[Throws: boom]', c: 3 },
    ])
  })

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'text'],
    ['a number', 5],
    ['a list', [1]],
    ['a map', new Map([['a', 1]])],
    ['an error', Object.assign(new Error('why'), { code: 'E' })],
    ['a proxy that throws', new Proxy({}, { ownKeys: boom })],
  ])('reports fields that cannot be read: %s', (_, fields) => {
    log.log(fields as ActionFields)
    expect(handler.records).toEqual([])
    expect(reported).toEqual([expect.objectContaining({ code: 'bad_fields' })])
    expect(messages()[0]).toMatch(
      /^@actionlog\/core: log\(\) could not read its fields: (they must be an object of fields, got|boom)/,
    )
  })
})

describe('set()', () => {
  it("adds to the request's footprint, later values first", () => {
    const request = log.begin('r-1')
    runInRequest(request, () => {
      log.set({ cart_items: 2, a: 1 })
      log.set({ cart_items: 3, b: undefined })
    })
    log.end(request, facts)
    expect(handler.footprints[0]?.extra).toEqual({ cart_items: 3, a: 1 })
  })

  it('does not touch the object it was given', () => {
    const fields = { a: 1 }
    runInRequest(log.begin('r-1'), () => {
      log.set(fields)
      log.set({ b: 2 })
    })
    expect(fields).toEqual({ a: 1 })
  })

  it('keeps requests apart that run at the same time', async () => {
    await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const request = log.begin(`r-${i}`)
        await runInRequest(request, async () => {
          await new Promise((resolve) => setTimeout(resolve, i % 7))
          log.set({ i })
          currentSql()?.start(`S${i}`).end()
          await null
          for (let n = 0; n < i % 3; n++) currentSql()?.start('SELECT 1').end()
        })
        log.end(request, facts)
      }),
    )
    expect(handler.footprints).toHaveLength(100)
    for (const { request_id, extra, sql_count } of handler.footprints) {
      const i = Number(request_id.slice(2))
      expect({ extra, sql_count }).toEqual({ extra: { i }, sql_count: 1 + (i % 3) })
    }
  })

  it('loses only the field whose getter throws', () => {
    const request = log.begin('r-1')
    runInRequest(request, () =>
      log.set({
        a: 1,
        get b() {
          return boom()
        },
        c: 3,
      }),
    )
    log.end(request, facts)
    expect(handler.footprints[0]?.extra).toEqual({ a: 1, b: '[Throws: boom]', c: 3 })
  })

  it('outside a request, or in one of another action log, is reported', () => {
    log.set({ a: 1 })
    runInRequest(createActionLog({ handlerType: 'null' }).begin('other'), () => log.set({ a: 1 }))
    expect(reported.map(({ code }) => code)).toEqual(['late_set', 'late_set'])
    expect(messages()[0]).toBe(
      '@actionlog/core: set() was called outside a request of this action log, so there is no footprint to add to',
    )
  })

  it('after the footprint is counted and reported, and changes nothing', () => {
    const request = log.begin('r-1')
    runInRequest(request, () => {
      log.end(request, facts)
      log.set({ a: 1 })
      log.set({ a: 1 })
    })
    expect(handler.footprints[0]).not.toHaveProperty('extra')
    expect(messages()).toEqual([
      '@actionlog/core: set() was called after the footprint was written, 1 times so far',
      '@actionlog/core: set() was called after the footprint was written, 2 times so far',
    ])
  })

  it('in a request that leaves no record is for nothing, and no mistake', () => {
    const ignored = log.begin(undefined)
    runInRequest(ignored, () => {
      log.set({ a: 1 })
      log.log({ b: 1 })
    })
    log.end(ignored, facts)
    expect(handler.records).toEqual([{ time: expect.any(String), b: 1 }])
    expect(reported).toEqual([])
  })

  it.each([undefined, [1], 'x'])('reports what has no fields: %j', (fields) => {
    runInRequest(log.begin('r-1'), () => log.set(fields as never))
    expect(reported).toEqual([expect.objectContaining({ code: 'bad_fields' })])
  })
})

describe('end()', () => {
  it('writes one footprint, however often it is called', () => {
    const request = log.begin('r-1')
    log.end(request, facts)
    log.end(request, { ...facts, status_code: 500 })
    expect(handler.footprints.map(({ status_code }) => status_code)).toEqual([200])
  })

  it('closes the SQL account: nothing later counts, and none is found', () => {
    const request = log.begin('r-1')
    runInRequest(request, () => {
      const sql = currentSql()
      sql?.start('SELECT 1').end()
      log.end(request, facts)
      expect(currentSql()).toBeUndefined()
      sql?.start('SELECT 2').end()
    })
    expect(handler.footprints[0]?.sql_count).toBe(1)
    expect(currentSql()).toBeUndefined()
  })

  it('asks keep, and keeps the record if that throws', () => {
    const keeping = (keep: (record: Footprint) => boolean): ActionLog =>
      createActionLog({ handler, keep, onError: (error) => reported.push(error) })
    for (const keep of [({ status_code }: Footprint) => status_code >= 500, boom]) {
      const own = keeping(keep)
      own.end(own.begin('r-1'), facts)
      own.end(own.begin('r-2'), { ...facts, status_code: 500 })
    }
    expect(handler.footprints.map(({ request_id }) => request_id)).toEqual(['r-2', 'r-1', 'r-2'])
    expect(messages()[0]).toBe('@actionlog/core: ACTION_LOG_SETTING.keep failed, so the record is kept: boom')
  })

  it('refuses a keep that is not there at once: reported, the record is kept', () => {
    const keep = (async () => boom()) as unknown as () => boolean
    const own = createActionLog({ handler, keep, onError: (error) => reported.push(error) })
    own.end(own.begin('r-1'), facts)
    expect(handler.footprints).toHaveLength(1)
    expect(messages()).toEqual([
      '@actionlog/core: ACTION_LOG_SETTING.keep failed, so the record is kept: it must return its answer, not a promise',
    ])
  })
})

describe('a handler that fails', () => {
  const failing = (fail: () => never | Promise<never>): Handler => ({
    emit: fail,
    flush: fail,
    close: fail,
    stats: () => ({ emitted: 0, delivered: 0, dropped: 0, pending: 0 }),
  })

  it.each([
    ['throws', boom],
    ['rejects', async () => boom()],
    [
      'throws undefined',
      () => {
        throw undefined
      },
    ],
  ] as [string, () => never][])(
    'and %s never reaches the app, and costs no other handler its records',
    async (_, fail) => {
      const good = memoryHandler()
      const both = createActionLog({
        handler: [failing(fail), good],
        onError: (error) => reported.push(error),
      })
      both.log({ a: 1 })
      both.end(both.begin('r-1'), facts)
      await both.flush()
      await both.close()
      expect(good.records).toHaveLength(2)
      expect(good.stats()).toMatchObject({ delivered: 2 })
      expect(reported).toHaveLength(4)
      expect(new Set(reported.map(({ code }) => code))).toEqual(new Set(['handler_failed']))
      expect(messages()[0]).toMatch(/^@actionlog\/core: the handler's emit\(\) failed/)
    },
  )

  it('sets its own onError on a handler, unless the handler has one', () => {
    const own = Object.assign(memoryHandler(), { onError: () => {} })
    const { onError } = own
    const other = memoryHandler()
    createActionLog({ handler: [own, other], onError: (error) => reported.push(error) })
    expect(own.onError).toBe(onError)
    const error = new ActionLogError('records_dropped', 'x')
    other.onError?.(error)
    expect(reported).toEqual([error])
  })

  it('takes a frozen handler, and one that says nonsense of itself', () => {
    const none = { ...failing(boom), stats: boom, closeTimeoutMs: Number.POSITIVE_INFINITY }
    const frozen = Object.freeze(memoryHandler())
    const own = openActionLog({ handler: [frozen, none], onError: (error) => reported.push(error) })
    frozen.emit({ time: 0 })
    expect(own.stats()).toEqual({ emitted: 1, delivered: 1, dropped: 0, pending: 0 })
    expect(messages()).toEqual(["@actionlog/core: the handler's stats() failed: boom"])
    expect(own.closeTimeoutMs).toBe(600_000)
    const timeouts = [Number.NaN, -1, '5'].map(
      (closeTimeoutMs) => ({ ...memoryHandler(), closeTimeoutMs }) as never,
    )
    expect(openActionLog({ handler: timeouts }).closeTimeoutMs).toBe(5_000)
  })

  it('with an onError that throws: still nothing reaches the app', () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {})
    const own = createActionLog({ handler: failing(boom), onError: boom })
    own.log({ a: 1 })
    expect(print).toHaveBeenCalledWith('@actionlog/core: ACTION_LOG_SETTING.onError failed: boom')
    print.mockRestore()
  })
})

describe('several handlers', () => {
  it('each get every record, and their accounts are added', async () => {
    const others = [memoryHandler(), memoryHandler()]
    const own = createActionLog({ handler: others })
    own.log({ a: 1 })
    await others[0]?.close()
    own.log({ a: 2 })
    expect(own.stats()).toEqual({ emitted: 4, delivered: 3, dropped: 1, pending: 0 })
    await own.close()
  })
})

describe('close()', () => {
  it('is idempotent; records written later are dropped, counted and reported', async () => {
    log.log({ a: 1 })
    await Promise.all([log.close(), log.close()])
    log.log({ a: 2 })
    expect(log.stats()).toEqual({ emitted: 2, delivered: 1, dropped: 1, pending: 0 })
    expect(messages()).toEqual([
      '@actionlog/core: a record was dropped, because it was written after close()',
    ])
    expect(reported[0]?.code).toBe('records_dropped')
  })
})

describe('the setting fields', () => {
  const settings = { fields: { service: 'shop', version: '1.4.2', list: [1] } }

  test('is under extra in footprints, and never replaces a field that the app sets', () => {
    const handler = memoryHandler()
    const log = createActionLog({ ...settings, handler })
    settings.fields.list.push(2) // later changes are not seen
    const plain = log.begin('r-1')
    log.end(plain, facts)
    const request = log.begin('r-2')
    runInRequest(request, () => log.set({ version: 'mine', cart: 3 }))
    log.end(request, facts)
    expect(handler.footprints.map(({ extra }) => extra)).toEqual([
      { service: 'shop', version: '1.4.2', list: [1] },
      { service: 'shop', version: 'mine', list: [1], cart: 3 },
    ])
  })

  test('stands at the top of labelled records, and never over the caller', () => {
    const handler = memoryHandler()
    createActionLog({ fields: { service: 'shop', host: 'h1' }, handler }).log({
      label_name: 'saved',
      host: 'h2',
    })
    expect(handler.records).toEqual([
      { time: expect.any(String), label_name: 'saved', service: 'shop', host: 'h2' },
    ])
  })
})

describe('log() that is called while a record is written', () => {
  test('by a getter of the record, writes its record', () => {
    log.log({
      label_name: 'outer',
      get inner() {
        log.log({ label_name: 'inner' })
        return 1
      },
    })
    expect(handler.records.map((record) => record.label_name)).toEqual(['inner', 'outer'])
  })

  const again = (): void => log.log({ label_name: 'again' })
  test.each<[string, ActionLogSettings]>([
    ['the setting transform', { transform: (record) => (again(), record) }],
    ['a handler', { handler: { ...memoryHandler(), emit: again } }],
  ])('by %s, costs few records and is reported', (_, settings) => {
    log = createActionLog({ handler, onError: (error) => reported.push(error), ...settings })
    for (const count of [1, 2]) {
      log.log({ label_name: 'first' })
      expect(log.stats().dropped).toBe(count)
      expect(handler.records.length).toBeLessThan(5 * count)
    }
    const why = 'a getter of a record, transform or shape calls log() itself'
    expect(reported[0]?.message).toBe(`@actionlog/core: a record was dropped, because ${why}`)
  })

  test('by a getter for the record that it belongs to, ends', () => {
    const fields = {
      label_name: 'proxy',
      get read() {
        log.log(fields)
        return 1
      },
    }
    log.log(fields)
    expect(log.stats()).toEqual({ emitted: 5, delivered: 4, dropped: 1, pending: 0 })
  })
})

describe('the setting transform', () => {
  test('has the last word on every record', () => {
    const handler = memoryHandler()
    const log = createActionLog({
      handler,
      fields: { service: 'shop' },
      transform: ({ remote_ip, ...record }) =>
        record.label_name === 'private' ? null : { ...record, user: null },
    })
    log.log({ user: 'ada', remote_ip: '10.0.0.1' })
    log.log({ label_name: 'private' })
    log.end(log.begin('r-1'), facts)
    expect(handler.records).toMatchObject([
      { user: null, service: 'shop' },
      { label_name: 'footprint', user: null },
    ])
    expect(handler.records.some((record) => 'remote_ip' in record)).toBe(false)
    expect(log.stats()).toEqual({ emitted: 2, delivered: 2, dropped: 0, pending: 0 })
  })

  test.each([
    ['throws', () => assert.fail('no'), 'no'],
    ['answers with a promise', async () => null, 'it must return its answer, not a promise'],
    ['answers with no record', () => undefined, 'it must return a record or null, got undefined'],
    ['answers with a text', () => 'record', 'it must return a record or null, got "record"'],
  ])('that %s drops the record, which is counted and reported', (_, transform, why) => {
    const handler = memoryHandler()
    const errors: ActionLogError[] = []
    const onError = (error: ActionLogError): void => void errors.push(error)
    const log = createActionLog({ handler, onError, transform: transform as unknown as () => null })
    log.log({ n: 1 })
    expect(handler.records).toEqual([])
    expect(log.stats()).toEqual({ emitted: 1, delivered: 0, dropped: 1, pending: 0 })
    expect(errors).toMatchObject([
      {
        code: 'records_dropped',
        message: `@actionlog/core: ACTION_LOG_SETTING.transform failed, so the record is dropped: ${why}`,
      },
    ])
  })
})

test('an onError that writes to its own closed log is called a bounded number of times', async () => {
  const handler = memoryHandler()
  let [calls, depth, deepest] = [0, 0, 0]
  const log = createActionLog({
    handler,
    onError: (error) => {
      calls++
      deepest = Math.max(deepest, ++depth)
      log.log({ label_name: 'failed', message: error.message })
      depth--
    },
  })
  await log.close()
  for (let n = 0; n < 1_000; n++) log.log({ n })
  expect(deepest).toBe(1)
  expect(calls).toBe(10)
})
