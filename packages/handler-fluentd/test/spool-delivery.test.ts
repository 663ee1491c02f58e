import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fluentdHandler } from '../src/index.js'
import { Fluentd, missing } from './fixtures/fluentd.js'
import { ForwardPeer } from './fixtures/forward-peer.js'
import { firstIds, ids, range } from './fixtures/received.js'
import { runScenario } from './fixtures/run-scenario.js'
import { Subject } from './fixtures/subject.js'

let spoolDir: string
let peer: ForwardPeer
beforeEach(async () => {
  spoolDir = mkdtempSync(join(tmpdir(), 'actionlog-spool-'))
  peer = await ForwardPeer.start()
})
afterEach(async () => {
  await peer.close()
  rmSync(spoolDir, { recursive: true, force: true })
})

/** A handler whose `close()` does not wait long. */
function open(options: object = {}): Subject {
  return new Subject({ port: peer.port, spoolDir, closeTimeoutMs: 50, ...options })
}

/** Has a new handler deliver all that is left. */
async function deliverRest(): Promise<Subject> {
  const subject = open({ closeTimeoutMs: 10_000 })
  await vi.waitFor(async () => {
    await subject.handler.flush()
    assert.equal(subject.stats().pending, 0)
    assert.ok(subject.stats().emitted > 0)
  }, 60_000)
  return subject
}

describe('fluentdHandler: a spool', () => {
  test('keeps records that close() cannot deliver as pending, and the next handler sends them first', async () => {
    await peer.close()
    const first = open()
    first.emit(0, 1_000)
    await first.handler.close()
    expect(first.stats()).toEqual({ emitted: 1_000, delivered: 0, dropped: 0, pending: 1_000 })
    expect(first.codes).not.toContain('records_dropped')

    await peer.listen()
    const second = open({ closeTimeoutMs: 10_000 })
    second.emit(1_000, 1_100)
    await second.handler.close()
    expect(ids(peer.received)).toEqual(range(1_100))
    expect(second.stats()).toEqual({ emitted: 1_100, delivered: 1_100, dropped: 0, pending: 0 })
  })

  test('holds the records that memory cannot: none is dropped, and all arrive in order', async () => {
    await peer.close()
    const subject = open({ maxBufferBytes: 200_000 })
    for (let from = 0; from < 20_000; from += 500) {
      subject.emit(from, from + 500, { pad: 'x'.repeat(100) })
      await new Promise(setImmediate)
      assert.equal(subject.stats().dropped, 0)
    }
    expect(subject.stats()).toEqual({ emitted: 20_000, delivered: 0, dropped: 0, pending: 20_000 })
    await peer.listen()
    await vi.waitFor(() => assert.equal(subject.stats().pending, 0), 60_000)
    expect(ids(peer.received)).toEqual(range(20_000))
    expect(subject.stats()).toEqual({ emitted: 20_000, delivered: 20_000, dropped: 0, pending: 0 })
  })

  test('ends a flush() that waits for a server that is not there', async () => {
    await peer.close()
    const subject = open()
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(subject.stats()).toEqual({ emitted: 100, delivered: 0, dropped: 0, pending: 100 })
    await peer.listen()
    await vi.waitFor(() => assert.equal(subject.stats().pending, 0), 60_000)
    expect(ids(peer.received)).toEqual(range(100))
  })

  test('holds no more than spoolMaxBytes: the oldest are dropped, counted and reported', async () => {
    await peer.close()
    const subject = open({ spoolMaxBytes: 1_048_576, maxBufferBytes: 100_000 })
    for (let from = 0; from < 20_000; from += 200) {
      subject.emit(from, from + 200, { pad: 'x'.repeat(200) })
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    await subject.handler.close()
    const { emitted, dropped, pending } = subject.stats()
    expect([emitted, dropped + pending]).toEqual([20_000, 20_000])
    expect(dropped).toBeGreaterThan(10_000)
    expect(pending).toBeGreaterThan(1_000)
    expect(subject.reportedDrops).toBe(dropped)

    await peer.listen()
    await deliverRest()
    const arrived = ids(peer.received)
    expect(arrived).toHaveLength(pending)
    expect(arrived).toEqual(arrived.toSorted((a, b) => a - b))
    expect(arrived.at(-1)).toBe(19_999)
  })

  test('stays empty while the server takes all records', async () => {
    const subject = open({ closeTimeoutMs: 10_000 })
    subject.emit(0, 1_000)
    await subject.handler.close()
    const next = open()
    next.emit(1_000, 1_001)
    await next.handler.flush()
    expect(ids(peer.received)).toEqual(range(1_001))
    expect(next.stats()).toEqual({ emitted: 1, delivered: 1, dropped: 0, pending: 0 })
  })

  test('is sent before the records in memory, also while the disk is full', async () => {
    await peer.close()
    const subject = open({ spoolMaxBytes: 1_048_576 })
    subject.emit(0, 100)
    await subject.handler.flush()
    subject.emit(100, 101, { pad: '日'.repeat(400_000) })
    const flushed = subject.handler.flush()
    await subject.reported('larger than the limit of the whole spool')
    await peer.listen()
    await flushed
    expect(ids(peer.received)).toEqual(range(101))
  })

  test('is used again after a failure of the disk, also when the clock was set back', async () => {
    await peer.close()
    const subject = open()
    rmSync(spoolDir, { recursive: true })
    subject.emit(0, 100)
    const flushed = subject.handler.flush()
    await subject.reported('options.spoolDir')
    const now = Date.now() - 3_600_000
    vi.spyOn(Date, 'now').mockReturnValue(now)
    onTestFinished(() => void vi.restoreAllMocks())
    mkdirSync(spoolDir, { mode: 0o700 })
    subject.emit(100, 200)
    await Promise.all([flushed, subject.handler.flush()])
    expect(subject.stats()).toEqual({ emitted: 200, delivered: 0, dropped: 0, pending: 200 })
    await peer.listen()
    await vi.waitFor(() => assert.equal(subject.stats().delivered, 200), 60_000)
  })

  test('does not send records of another tag, but keeps them in a file and reports them', async () => {
    await peer.close()
    const other = open({ tagName: 'another.app' })
    other.emit(0, 10)
    await other.handler.close()
    await peer.listen()
    const subject = open({ closeTimeoutMs: 10_000 })
    subject.emit(10, 20)
    await vi.waitFor(() => assert.equal(subject.stats().pending, 0), 60_000)
    await subject.handler.close()
    expect(ids(peer.received)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19])
    expect(subject.stats()).toEqual({ emitted: 20, delivered: 10, dropped: 10, pending: 0 })
    const lines = readFileSync(join(spoolDir, 'refused.ndjson'), 'utf8').trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject(
      range(10).map((id) => ({ tag: 'another.app.line', record: { id } })),
    )
  })

  test('that cannot be used fails at start', () => {
    const file = join(spoolDir, 'file')
    writeFileSync(file, '')
    expect(() => fluentdHandler({ spoolDir: join(file, 'folder') })).toThrow(
      expect.objectContaining({
        code: 'handler_failed',
        message: expect.stringContaining('options.spoolDir'),
      }),
    )
  })

  test('has one owner: several handlers at once have their own, and the next one takes all', async () => {
    await peer.close()
    const subjects = [0, 1, 2].map(() => open())
    for (const [i, subject] of subjects.entries()) subject.emit(i * 100, i * 100 + 100)
    const children = [3, 4].map((i) =>
      runScenario('close()', { port: peer.port, spoolDir, closeTimeoutMs: 50, from: i * 1_000 }),
    )
    await Promise.all([...children, ...subjects.map((subject) => subject.handler.close())])
    await peer.listen()
    for (const _ of [0, 1]) open({ closeTimeoutMs: 10_000 }) // one may get all
    await vi.waitFor(() => assert.equal(peer.received.length, 2_300), 60_000)
    const expected = [...range(300), ...range(5_000).slice(3_000)]
    expect(ids(peer.received).toSorted((a, b) => a - b)).toEqual(expected)
  })
})

describe('fluentdHandler: a spool, and the end of the process', () => {
  test.each([
    ['process.exit()', 3, 1_000],
    ['process.exit() while sending', 3, 2_000],
    ['exit listener', 3, 2_000],
    ['uncaught exception', 1, 2_000],
    ['natural end', 0, 1_000],
    ['close()', 0, 1_000],
  ])(
    '%s without a server: the next process delivers all records in order',
    async (scenario, exitCode, count) => {
      await peer.close()
      const { code, reportedDrops } = await runScenario(scenario, {
        port: peer.port,
        spoolDir,
        closeTimeoutMs: 100,
      })
      expect([code, reportedDrops]).toEqual([exitCode, 0])
      await peer.listen()
      await deliverRest()
      expect(ids(peer.received)).toEqual(range(count))
    },
  )

  test('process.exit() while sending: none is lost, and records arrive twice only if the acknowledgement was lost', async () => {
    const { code } = await runScenario('process.exit() while sending', { port: peer.port, spoolDir })
    await deliverRest()
    expect(firstIds(peer.received)).toEqual(range(2_000))
    expect(code).toBe(3)
  })

  test('SIGKILL: the records in the spool arrive once and in order', async () => {
    await peer.close()
    const options = { port: peer.port, spoolDir, maxBufferBytes: 65_536 }
    const { code } = await runScenario('emit until killed', options, 'SIGKILL')
    expect(code).toBe(null)
    await peer.listen()
    await deliverRest()
    expect(ids(peer.received)).toEqual(range(peer.received.length))
  })
})

describe('fluentdHandler: a spool, and a real fluentd', () => {
  if (missing) return test.skip(`not run: ${missing}`)

  let fluentd: Fluentd
  afterEach(() => fluentd.end())

  test('that is down for a while, and the app restarted meanwhile: none is lost, and the order is kept', async () => {
    fluentd = await Fluentd.down()
    let from = 0
    for (const isUp of [true, false, false, true]) {
      if (isUp) await fluentd.start()
      const { said, account, reportedDrops } = await runScenario('SIGTERM and close()', {
        port: fluentd.port,
        spoolDir,
        maxBufferBytes: 100_000,
        closeTimeoutMs: isUp ? 10_000 : 200,
        from,
      })
      expect([account?.dropped, reportedDrops]).toEqual([0, 0])
      from = said.find((line) => 'next' in line)?.next as number
      await fluentd.kill('SIGKILL')
    }
    await fluentd.start()
    const subject = new Subject({ port: fluentd.port, spoolDir })
    await subject.handler.flush()
    await subject.handler.close()
    expect(firstIds(fluentd.records())).toEqual(range(from))
  })
})
