import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Handler, HandlerStats } from '../handler/handler.js'
import type { ActionLogRecord } from '../record/record.js'

/** The two functions of a test runner that the contract needs (vitest, jest, mocha, node:test). */
export interface TestRunner {
  describe(name: string, body: () => void): unknown
  it(name: string, body: () => Promise<void>): unknown
}

/**
 * The tests that every handler must pass: one for each promise of the interface `Handler`.
 * @param name the handler's name, in the test titles
 * @param makeHandler makes a fresh handler whose sink works, for each test
 * @param runner where `describe` and `it` come from; by default the test runner's globals
 * @throws TypeError if there are no such globals
 */
export function handlerContract(
  name: string,
  makeHandler: () => Handler | Promise<Handler>,
  runner: TestRunner = globalThis as unknown as TestRunner,
): void {
  if (typeof runner.describe !== 'function' || typeof runner.it !== 'function') {
    throw new TypeError(
      '@actionlog/core/testing: handlerContract needs describe and it: turn the test globals on, or pass { describe, it }',
    )
  }
  const test = (title: string, body: (handler: Handler) => Promise<void>): unknown =>
    runner.it(title, async () => {
      const handler = await makeHandler()
      try {
        await body(handler)
      } finally {
        await handler.close()
      }
    })

  runner.describe(`${name} keeps the handler contract`, () => {
    test('starts with nothing in its account', async (handler) => {
      assert.deepEqual(account(handler), { emitted: 0, delivered: 0, dropped: 0, pending: 0 })
    })

    test('delivers all emitted records by flush(), and the account adds up at every step', async (handler) => {
      for (let i = 1; i <= 1000; i++) {
        handler.emit(action({ i }))
        assert.equal(account(handler).emitted, i)
      }
      await handler.flush()
      assert.deepEqual(account(handler), { emitted: 1000, delivered: 1000, dropped: 0, pending: 0 })
    })

    test('throws for no record, whatever is in it', async (handler) => {
      const records = unkindRecords()
      for (const record of records) handler.emit(record)
      await handler.flush()
      assert.equal(account(handler).emitted, records.length)
      assert.equal(account(handler).pending, 0)
    })

    test('keeps no reference to a record the caller changes afterwards', async (handler) => {
      const record = action({ list: [1], nested: { a: 1 } })
      handler.emit(record)
      for (const key of Object.keys(record)) {
        Object.defineProperty(record, key, {
          get: () => assert.fail(`read ${key} after emit()`),
        })
      }
      await handler.flush()
    })

    test('flushes at once when nothing is pending, and any number of times', async (handler) => {
      await handler.flush()
      await Promise.all([handler.flush(), handler.flush()])
    })

    test('flushes for many callers at once, also while more records come', async (handler) => {
      const flushes: Promise<void>[] = []
      for (let i = 0; i < 2000; i++) {
        handler.emit(action({ i }))
        flushes.push(handler.flush())
        if (i % 100 === 0) await nextTurn()
      }
      await Promise.all(flushes)
      assert.deepEqual(account(handler), { emitted: 2000, delivered: 2000, dropped: 0, pending: 0 })
    })

    test('close() delivers what is pending', async (handler) => {
      for (let i = 0; i < 100; i++) handler.emit(action({ i }))
      await handler.close()
      assert.deepEqual(account(handler), { emitted: 100, delivered: 100, dropped: 0, pending: 0 })
    })

    test('close() is idempotent, also twice at once', async (handler) => {
      handler.emit(action({}))
      await Promise.all([handler.close(), handler.close()])
      await handler.close()
      assert.deepEqual(account(handler), { emitted: 1, delivered: 1, dropped: 0, pending: 0 })
    })

    test('counts records emitted after close() as dropped, and does not throw', async (handler) => {
      await handler.close()
      handler.emit(action({}))
      await handler.flush()
      assert.deepEqual(account(handler), { emitted: 1, delivered: 0, dropped: 1, pending: 0 })
    })

    test('calls an onError that emits records itself never inside itself, and its account adds up there', async (handler) => {
      let [depth, deepest] = [0, 0]
      handler.onError = () => {
        deepest = Math.max(deepest, ++depth)
        handler.emit(action({ failed: true }))
        account(handler)
        depth--
      }
      await handler.close()
      for (let i = 0; i < 100; i++) handler.emit(action({ i }))
      account(handler)
      assert.ok(deepest <= 1, `onError was called ${deepest} deep inside itself`)
    })

    test('lets nothing through that its onError throws', async (handler) => {
      handler.onError = () => assert.fail('from onError')
      await handler.close()
      handler.emit(action({}))
      account(handler)
    })

    test('leaves no listener on process after close()', async (handler) => {
      await handler.close()
      const before = process.eventNames().map((event) => [event, process.listenerCount(event)])
      const another = await makeHandler()
      another.emit(action({}))
      await another.close()
      assert.deepEqual(
        process.eventNames().map((event) => [event, process.listenerCount(event)]),
        before,
      )
    })
  })
}

function account(handler: Handler): HandlerStats {
  const { emitted, delivered, dropped, pending } = handler.stats()
  assert.equal(emitted, delivered + dropped + pending, 'emitted === delivered + dropped + pending')
  return { emitted, delivered, dropped, pending }
}

function action(fields: Record<string, unknown>): ActionLogRecord {
  return { time: '2026-01-01T00:00:00.000Z', label_name: 'contract', ...fields }
}

function unkindRecords(): ActionLogRecord[] {
  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  const throwing = {
    get boom(): never {
      throw new Error('no')
    },
  }
  const proxy = new Proxy({}, { ownKeys: () => assert.fail('no keys for you') })
  const deep: Record<string, unknown> = {}
  let level = deep
  for (let i = 0; i < 10_000; i++) level = level.down = {}
  // biome-ignore format: one value after the other
  const values = [
    1n, new Date(Number.NaN), new Map([[{}, 1]]), new Set([1n]), new Error('x', { cause: cycle }), Buffer.from([0, 255]),
    cycle, throwing, proxy, deep, '\ud800', 'x'.repeat(5_000_000), '\u001b[2J\r\n\u2028', Symbol('s'), () => {}, Number.NaN,
    { toJSON: () => assert.fail('no JSON') }, Object.create(null), undefined, null,
  ]
  return [
    ...values.map((value) => action({ value })),
    { time: 0, label_name: 'odd/label .\n' },
    { time: null },
  ]
}
