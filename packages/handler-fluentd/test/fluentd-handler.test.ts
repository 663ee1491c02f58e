import { createActionLog } from '@actionlog/core'
import { handlerContract } from '@actionlog/core/testing'
import { FluentServer } from '@fluent-org/logger'
import defaultExport, { type FluentdHandlerOptions, fluentdHandler } from '../src/index.js'
import { ForwardPeer } from './fixtures/forward-peer.js'
import { ids, range } from './fixtures/received.js'
import { Subject } from './fixtures/subject.js'

let peer: ForwardPeer
beforeAll(async () => {
  peer = await ForwardPeer.start()
})
beforeEach(() => {
  peer.received.length = peer.messages.length = 0
})
afterAll(() => peer.close())
afterEach(() => expect(peer.errors).toEqual([]))

function open(options: FluentdHandlerOptions = {}): Subject {
  return new Subject({ port: peer.port, ...options })
}

describe.each<[string, FluentdHandlerOptions]>([
  ['with its defaults', {}],
  ['compressed, in small batches', { gzip: true, maxBatchRecords: 7, flushIntervalMs: 0 }],
])('%s', (_, options) => {
  handlerContract('fluentdHandler', () =>
    fluentdHandler({ host: '127.0.0.1', port: peer.port, closeTimeoutMs: 60_000, ...options }),
  )
})

describe('fluentdHandler', () => {
  test('is the handler of handlerType "fluentd", with the same options', async () => {
    const log = createActionLog({ handlerType: 'fluentd', host: '127.0.0.1', port: peer.port })
    log.log({ label_name: 'hoge_save', id: 7 })
    await log.close()
    expect(peer.received).toMatchObject([{ tag: 'koa.actionlog.hoge_save', record: { id: 7 } }])
    expect(defaultExport).toBe(fluentdHandler)
  })

  test('lists all wrong options, without secrets', () => {
    const options = {
      Port: 1,
      host: ['a', ''],
      ackTimeoutMs: 'soon',
      tls: { CA: 'x' },
      password: 7,
      sender: {},
    }
    let message = ''
    try {
      fluentdHandler(options as object)
    } catch (error) {
      expect(error).toMatchObject({ code: 'invalid_settings' })
      ;({ message } = error as Error)
    }
    for (const name of Object.keys(options)) expect(message).toContain(`options.${name}`)
    expect(message).toContain('did you mean port?')
    expect(message).not.toMatch(/\b7\b/)
  })

  test.each([
    ['a file that is not there', { tls: { ca: '/no/such.pem' } }, 'handler_failed', 'options.tls.ca'],
    ['a key that is none', { tls: { key: '-----BEGIN PRIVATE KEY-----' } }, 'handler_failed', 'options.tls'],
    ['a CA that is none', { tls: { ca: '-----BEGIN CERTIFICATE-----' } }, 'handler_failed', 'options.tls'],
    ['a promise of certificates', { tls: Promise.resolve({}) as object }, 'invalid_settings', 'options.tls'],
    ['a tag with a space', { tagName: 'my app' }, 'invalid_settings', 'options.tagName'],
    ['a tag with an empty part', { tagName: 'app..log' }, 'invalid_settings', 'options.tagName'],
    ['a password without a user', { sharedKey: 'x', password: 'x' }, 'invalid_settings', 'options.username'],
    ['a user without a key', { username: 'ada', password: 'x' }, 'invalid_settings', 'options.sharedKey'],
  ])('fails at start: %s', (_, options, code, text) => {
    expect(() => fluentdHandler(options)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(text) }),
    )
  })

  test('delivers to a server of another vendor, with tags', async () => {
    const server = new FluentServer({ listenOptions: { port: 0, host: '127.0.0.1' } })
    const entries: { tag: string; id: unknown }[] = []
    server.on('entry', (tag, _, record) => entries.push({ tag, id: record.id }))
    await server.listen()
    for (const gzip of [false, true]) {
      const subject = open({ port: server.port as number, gzip })
      subject.emit(0, 1_000)
      await subject.handler.close()
      expect(subject.stats()).toEqual({ emitted: 1_000, delivered: 1_000, dropped: 0, pending: 0 })
    }
    await server.close()
    const expected = range(1_000).map((id) => ({ tag: 'koa.actionlog.line', id }))
    expect(entries).toEqual([...expected, ...expected])
  })
})

describe('fluentdHandler: tags', () => {
  test.each([
    ['footprint', 'koa.actionlog.footprint'],
    ['hoge_save', 'koa.actionlog.hoge_save'],
    ['a.b-c_9', 'koa.actionlog.a.b-c_9'],
    [undefined, 'koa.actionlog'],
    ['', 'koa.actionlog'],
  ])('label %j: %s, and no label_name in the record', async (label_name, tag) => {
    const subject = open()
    subject.handler.emit({ time: 0, ...(label_name !== undefined && { label_name }), id: 1 })
    await subject.handler.flush()
    expect(peer.received.map(({ tag }) => tag)).toEqual([tag])
    expect(peer.received[0]?.record).toEqual({ time: 0, id: 1, ...(label_name === '' && { label_name }) })
  })

  test.each([
    ['a b', 'a_b'],
    ['../x', '_._x'],
    ['.a.', '_a_'],
    ['a..b', 'a_.b'],
    ['größe', 'gr__e'],
    ['🙂', '_'],
    ['a\nb\0c', 'a_b_c'],
    ['**', '__'],
    ['\ud800', '_'],
  ])('of an odd label %j are valid', async (label_name, part) => {
    const subject = open()
    subject.handler.emit({ time: 0, label_name, id: 1 })
    await subject.handler.flush()
    const { tag = '' } = peer.received[0] ?? {}
    expect(tag.startsWith('koa.actionlog.')).toBe(true)
    expect(tag.slice('koa.actionlog.'.length)).toEqual(part)
  })

  test('of a label that is too long are cut', async () => {
    const subject = open()
    subject.handler.emit({ time: 0, label_name: 'x'.repeat(10_000), id: 1 })
    await subject.handler.flush()
    expect(peer.received[0]?.tag).toMatch(/^koa\.actionlog\.x{10,200}$/)
  })

  test.each([[7], [null], [{ a: 1 }], [Symbol('s')]])(
    'of %s, which is no label, are tagName alone',
    async (label) => {
      const subject = open()
      subject.handler.emit({ time: 0, label_name: label as never, id: 1 })
      await subject.handler.flush()
      expect(peer.received.map(({ tag }) => tag)).toEqual(['koa.actionlog'])
    },
  )

  test('begin with tagName; order is kept within each', async () => {
    const subject = open({ tagName: 'app', maxBatchRecords: 10 })
    for (const id of range(100)) subject.handler.emit({ time: 0, label_name: `l${id % 3}`, id })
    await subject.handler.flush()
    for (const rest of range(3)) {
      const received = peer.received.filter(({ tag }) => tag === `app.l${rest}`)
      expect(ids(received)).toEqual(range(100).filter((id) => id % 3 === rest))
    }
  })

  test('of many labels do not fill the memory, and are not mixed up', async () => {
    const subject = open()
    for (const id of range(5_000)) subject.handler.emit({ time: 0, label_name: `label ${id}`, id })
    await subject.handler.flush()
    expect(peer.received.every(({ tag, record }) => tag === `koa.actionlog.label_${record.id}`)).toBe(true)
    expect(peer.received).toHaveLength(5_000)
  })
})

describe('fluentdHandler: times', () => {
  test.each(['2026-01-02T03:04:05.678Z', '2038-02-01T00:00:00.001Z', '2100-12-31T23:59:59.999Z'])(
    '%s is the event’s, to the millisecond',
    async (time) => {
      const subject = open()
      subject.handler.emit({ time, id: 1 })
      await subject.handler.flush()
      expect(peer.received).toEqual([
        { tag: 'koa.actionlog', time: BigInt(Date.parse(time)) * 1_000_000n, record: { time, id: 1 } },
      ])
    },
  )

  test.each([
    ['none', undefined],
    ['nonsense', 'yesterday'],
    ['before 1970', '1960-01-01T00:00:00.000Z'],
    ['after 2106', '2200-01-01T00:00:00.000Z'],
    ['a number', 5],
    ['an object', {}],
  ])('%s: the event gets the current time', async (_, time) => {
    const subject = open()
    const before = Date.now()
    subject.handler.emit({ ...(time !== undefined && { time }), id: 1 } as never)
    await subject.handler.flush()
    const at = Number((peer.received[0]?.time ?? 0n) / 1_000_000n)
    expect(at).toBeGreaterThanOrEqual(before)
    expect(at).toBeLessThanOrEqual(Date.now())
  })

  test('the same text gives the same time, also with another one in between', async () => {
    const subject = open()
    const times = [1, 2, 1, 1, 3].map((day) => `2026-01-0${day}T00:00:00.000Z`)
    for (const time of times) subject.handler.emit({ time, id: 1 })
    await subject.handler.flush()
    expect(peer.received.map(({ time }) => time)).toEqual(
      times.map((t) => BigInt(Date.parse(t)) * 1_000_000n),
    )
  })
})

describe('fluentdHandler: batches', () => {
  test('hold the records of flushIntervalMs, as PackedForward with a chunk id', async () => {
    const subject = open({ flushIntervalMs: 10 })
    subject.emit(0, 100)
    await peer.until(() => peer.received.length === 100)
    expect(peer.messages).toHaveLength(1)
    expect(peer.messages[0]?.content).toMatchObject({ mode: 'PackedForward', chunk: expect.any(String) })
  })

  test('hold no more than maxBatchRecords and maxBatchBytes', async () => {
    const subject = open({ maxBatchRecords: 30, maxBatchBytes: 10_000 })
    subject.emit(0, 100)
    subject.emit(100, 200, { pad: 'x'.repeat(1_000) })
    subject.emit(200, 201, { pad: 'x'.repeat(50_000) })
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(201))
    const sizes = peer.messages.map(({ content }) => content.entries.length)
    expect(Math.max(...sizes)).toBe(30)
    expect(Math.max(...sizes.slice(5))).toBeLessThan(10)
  })

  test('are compressed with gzip', async () => {
    const subject = open({ gzip: true })
    subject.emit(0, 1_000)
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(1_000))
    expect(peer.messages[0]?.content.mode).toBe('CompressedPackedForward')
    expect(peer.connections.at(-1)?.bytes).toBeLessThan(30_000)
  })

  test('a record that the app changes after emit() arrives as it was', async () => {
    const subject = open()
    const record = { time: 0, label_name: 'line', id: 1, list: [{ a: 1 }] }
    subject.handler.emit(record)
    record.id = 2
    ;(record.list[0] as { a: number }).a = 2
    record.label_name = 'other'
    await subject.handler.flush()
    expect(peer.received).toMatchObject([{ tag: 'koa.actionlog.line', record: { id: 1, list: [{ a: 1 }] } }])
  })

  test('a record after close() counts as dropped, and a second close() does nothing', async () => {
    const subject = open()
    subject.emit(0, 1)
    await Promise.all([subject.handler.close(), subject.handler.close()])
    subject.emit(1, 2)
    await subject.handler.close()
    expect(subject.stats()).toEqual({ emitted: 2, delivered: 1, dropped: 1, pending: 0 })
    await peer.until(() => peer.open.length === 0)
  })
})
