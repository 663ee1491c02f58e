import { setTimeout as sleep } from 'node:timers/promises'
import { Fluentd, missing } from './fixtures/fluentd.js'
import { firstIds, ids, range } from './fixtures/received.js'
import { Subject } from './fixtures/subject.js'

// Against a real fluentd: a record that it has not written to its file is lost, whatever the account says.

const MAX_BURST = 100

describe('fluentdHandler and a real fluentd', () => {
  if (missing) return test.skip(`not run: ${missing}`)

  let fluentd: Fluentd
  afterEach(() => fluentd.end())

  function delivered(emitted: number) {
    return { emitted, delivered: emitted, dropped: 0, pending: 0 }
  }

  /**
   * Emits records at a rate, some each few milliseconds, until all that is done meanwhile is over; fewer on a busy
   * machine, which would never come to an end with all of them. @returns how many
   */
  async function emitAt(rate: number, subject: Subject, meanwhile: () => Promise<void>): Promise<number> {
    const begun = performance.now()
    let isOver = false
    const doing = meanwhile().finally(() => {
      isOver = true
    })
    let id = 0
    while (!isOver) {
      const due = Math.min(Math.ceil(((performance.now() - begun) / 1_000) * rate), id + MAX_BURST)
      subject.emit(id, due)
      id = due
      await sleep(5)
    }
    await doing
    return id
  }

  describe('that is up', () => {
    test.each([
      ['plain', false],
      ['compressed', true],
    ])('takes all records once and in order: %s', async (_, gzip) => {
      fluentd = await Fluentd.start()
      const subject = new Subject({ port: fluentd.port, gzip })
      subject.emit(0, 10_000, { pad: 'ä'.repeat(50) })
      await subject.handler.flush()
      expect(ids(fluentd.records())).toEqual(range(10_000))
      expect(subject.stats()).toEqual(delivered(10_000))
      expect(subject.codes).toEqual([])
    })

    test('takes odd records as JSON would write them, and the others', async () => {
      fluentd = await Fluentd.start()
      const subject = new Subject({ port: fluentd.port })
      const cycle: Record<string, unknown> = { name: 'cycle' }
      cycle.self = cycle
      let deep: object = {}
      for (let level = 0; level < 500; level++) deep = { deep }
      const values = {
        bigint: 12345678901234567890n,
        date: new Date('2026-01-02T03:04:05.678Z'),
        cycle,
        deep,
        lone: 'a\ud800b',
        nan: Number.NaN,
        infinite: Number.NEGATIVE_INFINITY,
        integer: Number.MAX_SAFE_INTEGER,
        negative: -(2 ** 40),
        zero: -0,
        fraction: 1.5,
        none: undefined,
        nothing: null,
        call: () => 1,
        symbol: Symbol('s'),
        bytes: Buffer.from('bytes'),
        map: new Map([['a', 1]]),
        set: new Set([1, 2]),
        error: new Error('boom'),
        json: { toJSON: () => 'as JSON' },
        emoji: '🙂',
        'ключ \ud800': 'key',
        size: 1,
        chunk: 'x',
        tag: 'y',
      }
      subject.emit(0, 1)
      for (const [name, value] of Object.entries(values)) {
        subject.handler.emit({ time: 0, label_name: 'odd', [name]: value })
      }
      subject.handler.emit({ time: 0, ...JSON.parse('{"__proto__":{"a":1}}') })
      subject.emit(1, 2)
      await subject.handler.flush()
      const records = fluentd.records()
      expect(ids(records)).toEqual([0, 1])
      expect(subject.stats()).toEqual(delivered(Object.keys(values).length + 3))
      const arrived = Object.assign({}, ...records.map(({ record }) => record))
      expect(arrived).toMatchObject({
        bigint: '12345678901234567890',
        date: '2026-01-02T03:04:05.678Z',
        cycle: { name: 'cycle', self: '[Circular]' },
        lone: 'a\ufffdb',
        nan: null,
        infinite: null,
        integer: Number.MAX_SAFE_INTEGER,
        negative: -(2 ** 40),
        fraction: 1.5,
        nothing: null,
        bytes: 'Ynl0ZXM=',
        map: { a: 1 },
        set: [1, 2],
        error: { message: 'boom' },
        json: 'as JSON',
        emoji: '🙂',
        'ключ \ufffd': 'key',
        size: 1,
        chunk: 'x',
        tag: 'y',
      })
      expect(JSON.stringify(arrived.deep)).toContain('[Object]')
      for (const name of ['none', 'call', 'symbol']) expect(arrived).not.toHaveProperty(name)
    })

    test('takes a record of 5 MB, cut and marked, and one of many fields', async () => {
      fluentd = await Fluentd.start()
      const subject = new Subject({ port: fluentd.port })
      const fields = Object.fromEntries(range(70_000).map((i) => [`field ${i}`, i]))
      subject.emit(0, 1, { text: 'x'.repeat(5_000_000) })
      subject.emit(1, 2, fields)
      subject.emit(2, 3, { text: 'é'.repeat(1_000_000) })
      await subject.handler.flush()
      const records = fluentd.records()
      expect(ids(records)).toEqual(range(3))
      expect(records[0]?.record.text).toMatch(/^x{100000,}…\[\d+ more characters\]$/)
      expect(Object.keys(records[1]?.record ?? {}).length).toBeGreaterThan(10_000)
      expect(subject.stats()).toEqual(delivered(3))
    })

    test('takes the record’s time as event time, to the millisecond', async () => {
      fluentd = await Fluentd.start()
      const subject = new Subject({ port: fluentd.port })
      const times = ['1970-01-01T00:00:01.001Z', '2026-01-02T03:04:05.678Z', '2100-12-31T23:59:59.999Z']
      for (const time of times) subject.handler.emit({ time, label_name: 'timed' })
      await subject.handler.flush()
      const expected = times.map((time) => ({
        tag: 'koa.actionlog.timed',
        time: BigInt(Date.parse(time)) * 1_000_000n,
        record: { time },
      }))
      expect(fluentd.records()).toEqual(expected)
    })
  })

  describe('that comes and goes', () => {
    test('down at start: all records arrive in order when it is up', async () => {
      fluentd = await Fluentd.down()
      const subject = new Subject({ port: fluentd.port })
      subject.emit(0, 2_000)
      await subject.reported('ECONNREFUSED')
      await fluentd.start()
      await subject.handler.flush()
      expect(ids(fluentd.records())).toEqual(range(2_000))
      expect(subject.stats()).toEqual(delivered(2_000))
    })

    test('killed and started again four times, at 5,000 records a second: none is lost, and the order is kept', async () => {
      fluentd = await Fluentd.start()
      const subject = new Subject({ port: fluentd.port, flushIntervalMs: 20, maxBatchRecords: 200 })
      const count = await emitAt(5_000, subject, async () => {
        for (let kill = 0; kill < 4; kill++) {
          await sleep(300)
          await fluentd.kill('SIGKILL')
          await sleep(200)
          await fluentd.start()
        }
      })
      await subject.handler.flush()
      const arrived = fluentd.records()
      expect(firstIds(arrived)).toEqual(range(count))
      expect(subject.stats()).toEqual(delivered(count))
      // each kill may have lost the acknowledgements of what was being sent
      expect(arrived.length - count).toBeLessThan(4 * 16 * 200)
    })

    test('stopped for longer than ackTimeoutMs, and continued: none is lost, and few arrive twice', async () => {
      fluentd = await Fluentd.start()
      const subject = new Subject({ port: fluentd.port, ackTimeoutMs: 1_500, maxBatchRecords: 100 })
      const count = await emitAt(5_000, subject, async () => {
        await sleep(300)
        fluentd.stop()
        await subject.reported('acknowledged nothing')
        await sleep(700)
        fluentd.cont()
      })
      await subject.handler.flush()
      const arrived = fluentd.records()
      expect(firstIds(arrived)).toEqual(range(count))
      expect(arrived.length - count).toBeLessThanOrEqual(16 * 100) // what was being sent
      expect(subject.stats()).toEqual(delivered(count))
    })

    test('stopped, killed and started again: none is lost', async () => {
      fluentd = await Fluentd.start()
      const subject = new Subject({ port: fluentd.port, ackTimeoutMs: 300, maxBatchRecords: 100 })
      const count = await emitAt(5_000, subject, async () => {
        await sleep(300)
        fluentd.stop()
        await subject.reported('acknowledged nothing')
        await fluentd.kill('SIGKILL')
        await fluentd.start()
      })
      await subject.handler.flush()
      expect(firstIds(fluentd.records())).toEqual(range(count))
      expect(subject.stats()).toEqual(delivered(count))
    })

    test('closing each connection after a message: all records arrive', async () => {
      fluentd = await Fluentd.start({ source: 'deny_keepalive true' })
      const subject = new Subject({ port: fluentd.port, maxBatchRecords: 100 })
      subject.emit(0, 1_000)
      await subject.handler.flush()
      expect(firstIds(fluentd.records())).toEqual(range(1_000))
      expect(subject.stats()).toEqual(delivered(1_000))
    })
  })

  describe('that refuses', () => {
    test('chunk_size_limit: larger batches are sent in smaller parts, in order', async () => {
      fluentd = await Fluentd.start({ chunkSizeLimit: 20_000 })
      const subject = new Subject({ port: fluentd.port, ackTimeoutMs: 500 })
      subject.emit(0, 1_000, { pad: 'x'.repeat(50) })
      await subject.handler.flush()
      expect(firstIds(fluentd.records())).toEqual(range(1_000))
      expect(subject.stats()).toEqual(delivered(1_000))
    })

    test('chunk_size_limit: a single larger record is dropped and reported, and the others arrive', async () => {
      fluentd = await Fluentd.start({ chunkSizeLimit: 20_000 })
      const subject = new Subject({ port: fluentd.port, ackTimeoutMs: 500, maxBatchRecords: 8 })
      subject.emit(0, 5)
      subject.emit(5, 6, { pad: 'x'.repeat(30_000) })
      subject.emit(6, 10)
      await subject.handler.flush()
      expect(firstIds(fluentd.records()).toSorted()).toEqual(range(10).filter((id) => id !== 5))
      await subject.handler.close()
      expect(subject.stats()).toMatchObject({ dropped: 1, pending: 0 })
      expect(subject.reportedDrops).toBe(1)
    })

    test('a full buffer: refused records are sent again until the server takes them', async () => {
      fluentd = await Fluentd.start({ bufferBytes: 60_000 })
      const subject = new Subject({ port: fluentd.port, maxBatchRecords: 100 })
      subject.emit(0, 2_000)
      const flushed = subject.handler.flush()
      await fluentd.logged('BufferOverflowError')
      const emptying = setInterval(() => fluentd.flush(), 100)
      await flushed
      clearInterval(emptying)
      expect(firstIds(fluentd.records())).toEqual(range(2_000))
      expect(subject.stats()).toEqual(delivered(2_000))
    })
  })
})
