import type { Socket } from 'node:net'
import { handlerContract } from '@actionlog/core/testing'
import fluentLogger, { type Options } from 'fluent-logger'
import { fluentdHandler } from '../src/index.js'
import { Fluentd, missing } from './fixtures/fluentd.js'
import { ForwardPeer } from './fixtures/forward-peer.js'
import { freePort } from './fixtures/free-port.js'
import { ids, range } from './fixtures/received.js'
import { Subject } from './fixtures/subject.js'

// What the typings leave out.
type Sender = fluentLogger.FluentSender<object> & {
  on(event: 'error', listener: (error: Error) => void): void
  _socket: Socket | null
}
type MoreOptions = Options & { messageQueueSizeLimit?: number }

let senders: Sender[] = []
afterEach(() => {
  for (const sender of senders) sender._socket?.destroy() // end() waits for the other side
  senders = []
})

function makeSender(options: MoreOptions): Sender {
  const quiet = { info: () => {}, error: () => {} }
  const sender = fluentLogger.createFluentSender('app', {
    host: '127.0.0.1',
    requireAckResponse: true,
    reconnectInterval: 50,
    internalLogger: quiet,
    ...options,
  }) as Sender
  sender.on('error', () => {})
  senders.push(sender)
  return sender
}

describe('fluentdHandler({ sender }), fluent-logger against the test peer', () => {
  let peer: ForwardPeer
  beforeEach(async () => {
    peer = await ForwardPeer.start()
  })
  afterEach(() => peer.close())

  handlerContract('fluentdHandler({ sender })', async () => {
    return fluentdHandler({ sender: makeSender({ port: peer.port }), closeTimeoutMs: 60_000 })
  })

  test('hands over all records in order, with tags and times, and counts them by its callbacks', async () => {
    const subject = new Subject({ sender: makeSender({ port: peer.port }) })
    subject.emit(0, 100)
    subject.handler.emit({ time: '2026-01-02T03:04:05.678Z', id: 100 })
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(101))
    expect(peer.received[0]).toEqual({
      tag: 'app.line',
      time: BigInt(Date.parse('2026-01-02T03:04:05.000Z')) * 1_000_000n,
      record: { time: '2026-01-02T03:04:05.678Z', id: 0 },
    })
    expect(peer.received[100]?.tag).toBe('app')
    expect(subject.stats()).toEqual({ emitted: 101, delivered: 101, dropped: 0, pending: 0 })
  })

  test('a record for which the sender calls back with an error is dropped and reported', async () => {
    peer.options.onMessage = (message) => message.index > 0 && message.take().ack()
    const subject = new Subject({ sender: makeSender({ port: peer.port, ackResponseTimeout: 100 }) })
    subject.emit(0, 1)
    await subject.reported('')
    await subject.handler.close()
    expect(subject.stats()).toEqual({ emitted: 1, delivered: 0, dropped: 1, pending: 0 })
    expect(subject.codes).toEqual(['records_dropped'])
  })

  test('a record for which it never calls back is dropped and reported after closeTimeoutMs', async () => {
    const sender = makeSender({
      port: await freePort(),
      messageQueueSizeLimit: 10,
      reconnectInterval: 60_000,
    })
    const subject = new Subject({ sender, closeTimeoutMs: 100 })
    subject.emit(0, 100)
    await subject.handler.close()
    expect(subject.stats()).toEqual({ emitted: 100, delivered: 0, dropped: 100, pending: 0 })
    expect(subject.reportedDrops).toBe(100)
  })

  test('errors are reported together, and a record without a readable time gets the current one', async () => {
    const times: Date[] = []
    const emit = (...args: unknown[]): void => {
      times.push(args.at(-2) as Date)
      const callback = args.at(-1) as (error: Error) => void
      callback(new Error('refused'))
    }
    const subject = new Subject({ sender: { emit } })
    subject.emit(0, 100, { time: 'yesterday' })
    await subject.handler.close()
    expect(subject.messages).toEqual([
      '@actionlog/handler-fluentd: 100 records not written to options.sender: refused',
    ])
    expect(times.every((time) => time.getTime() > 0)).toBe(true)
  })

  test('flush() of very many records ends', async () => {
    const callbacks: (() => void)[] = []
    const emit = (...args: unknown[]): void => void callbacks.push(args.at(-1) as () => void)
    const subject = new Subject({ sender: { emit } })
    subject.emit(0, 100_000)
    const flushed = subject.handler.flush()
    for (const callback of callbacks) callback()
    await flushed
    expect(subject.stats()).toMatchObject({ delivered: 100_000, pending: 0 })
  })

  test('a sender that throws does no harm', async () => {
    const emit = (): never => {
      throw new Error('no more')
    }
    const subject = new Subject({ sender: { emit } })
    subject.emit(0, 3)
    await subject.handler.close()
    expect(subject.stats()).toEqual({ emitted: 3, delivered: 0, dropped: 3, pending: 0 })
    expect(subject.messages.join()).toContain('no more')
  })

  test('a record for which it calls back twice is counted once', async () => {
    const emit = (...args: unknown[]): void => {
      const callback = args.at(-1) as (error?: Error) => void
      callback()
      callback(new Error('late'))
      callback()
    }
    const subject = new Subject({ sender: { emit } })
    subject.emit(0, 3)
    await subject.handler.close()
    expect(subject.stats()).toEqual({ emitted: 3, delivered: 3, dropped: 0, pending: 0 })
  })
})

describe('fluentdHandler({ sender }), fluent-logger against a real fluentd', () => {
  if (missing) return test.skip(`not run: ${missing}`)

  let fluentd: Fluentd
  beforeAll(async () => {
    fluentd = await Fluentd.start()
  })
  afterAll(() => fluentd.end())

  test.each(['Message', 'PackedForward', 'CompressedPackedForward'])(
    '%s: all records arrive',
    async (eventMode) => {
      const before = fluentd.records().length
      const subject = new Subject({
        sender: makeSender({ port: fluentd.port, eventMode }),
        closeTimeoutMs: 60_000,
      })
      subject.emit(0, 1_000)
      await subject.handler.close()
      const arrived = fluentd.records().slice(before)
      expect(ids(arrived)).toEqual(range(1_000))
      expect(new Set(arrived.map(({ tag }) => tag))).toEqual(new Set(['app.line']))
      expect(subject.stats()).toEqual({ emitted: 1_000, delivered: 1_000, dropped: 0, pending: 0 })
    },
  )

  test('odd records arrive too, as they are converted first', async () => {
    const before = fluentd.records().length
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    const subject = new Subject({ sender: makeSender({ port: fluentd.port }), closeTimeoutMs: 60_000 })
    for (const value of [1n, new Date(0), cycle, 'a\ud800b', () => 1]) subject.emit(0, 1, { value })
    await subject.handler.close()
    const values = fluentd
      .records()
      .slice(before)
      .map(({ record }) => record.value)
    expect(values).toEqual(['1', '1970-01-01T00:00:00.000Z', { self: '[Circular]' }, 'a\ufffdb', undefined])
    expect(subject.stats()).toMatchObject({ delivered: 5, pending: 0 })
  })
})
