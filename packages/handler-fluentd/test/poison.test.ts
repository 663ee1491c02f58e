import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ForwardPeer } from './fixtures/forward-peer.js'
import type { Message } from './fixtures/peer-connection.js'
import { firstIds, ids, range } from './fixtures/received.js'
import { Subject } from './fixtures/subject.js'

let peer: ForwardPeer
afterEach(async () => {
  await peer.close()
  expect(peer.errors).toEqual([])
})

/** A server that does this with messages that hold one of these ids, and takes all others. */
async function start(
  poisons: readonly number[],
  options: object = {},
  refuse = (message: Message): void => message.connection.fin(),
): Promise<Subject> {
  peer = await ForwardPeer.start({
    onMessage: (message) => {
      const isPoison = message.content.entries.some(({ record }) => poisons.includes(record.id as number))
      if (isPoison) refuse(message)
      else message.take().ack()
    },
  })
  return new Subject({ port: peer.port, ...options })
}

function without(poisons: readonly number[], end: number): number[] {
  return range(end).filter((id) => !poisons.includes(id))
}

function sorted(received: readonly number[]): number[] {
  return received.toSorted((a, b) => a - b)
}

describe('fluentdHandler: a record that no server takes', () => {
  test.each([
    ['the first record', [0]],
    ['a record in the middle', [37]],
    ['records next to each other', [36, 37, 38]],
    ['records in many batches', [5, 150, 299, 411]],
  ])('is dropped and reported, and all others arrive: %s', async (_, poisons) => {
    const subject = await start(poisons, { maxBatchRecords: 100 })
    subject.emit(0, 500)
    await subject.handler.flush()
    expect(sorted(firstIds(peer.received))).toEqual(without(poisons, 500))
    await subject.handler.close()
    expect(subject.stats()).toMatchObject({ dropped: poisons.length, pending: 0 })
    expect(subject.reportedDrops).toBe(poisons.length)
    expect(subject.messages.join('\n')).toContain(
      'the server refuses them, although it accepts other records',
    )
  })

  test.each([
    ['resets the connection', (message: Message) => message.connection.rst()],
    ['does not acknowledge it', () => {}],
  ])('is found also if the server %s', async (_, refuse) => {
    const subject = await start([37], { ackTimeoutMs: 500 }, refuse)
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(sorted(firstIds(peer.received))).toEqual(without([37], 100))
    expect(subject.stats()).toMatchObject({ dropped: 1, pending: 0 })
  })

  test('is found although the server answers no message without records', async () => {
    const subject = await start([], { ackTimeoutMs: 200 }, () => {})
    peer.options.onMessage = (message) => {
      const { entries } = message.content
      if (entries.length > 0 && !entries.some(({ record }) => record.id === 3)) message.take().ack()
    }
    subject.emit(0, 20)
    await subject.handler.flush()
    expect(sorted(firstIds(peer.received))).toEqual(without([3], 20))
    expect(subject.stats()).toMatchObject({ dropped: 1, pending: 0 })
    await subject.handler.close()
  })

  test('is judged only by a record that the server takes: until there is one, it waits', async () => {
    const subject = await start([0], { ackTimeoutMs: 100 }, () => {})
    subject.emit(0, 1)
    await peer.until(() => peer.messages.filter(({ content }) => content.entries.length > 0).length > 5)
    expect(subject.stats()).toMatchObject({ dropped: 0, pending: 1 })
    subject.emit(1, 2)
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual([1])
    expect(subject.stats()).toMatchObject({ delivered: 1, dropped: 1 })
    await subject.handler.close()
  })

  test('does not block records with other labels, even if all records with its label are refused', async () => {
    const poisons = range(20)
    const subject = await start(poisons)
    for (const id of poisons) subject.handler.emit({ time: 0, label_name: 'poison', id })
    subject.emit(20, 200)
    await subject.handler.flush()
    expect(sorted(firstIds(peer.received))).toEqual(without(poisons, 200))
    expect(subject.stats()).toMatchObject({ dropped: 20, pending: 0 })
  })

  test('is no longer in the way of a server that takes it after all', async () => {
    const poisons = [7]
    const subject = await start(poisons)
    subject.emit(0, 8) // nothing follows that would show that the server takes others
    await subject.reported('closed the connection')
    await peer.until(() => peer.connections.length > 8)
    expect(subject.stats()).toMatchObject({ dropped: 0, pending: 1 })
    poisons.length = 0
    await subject.handler.flush()
    expect(firstIds(peer.received)).toEqual(range(8))
  })
})

describe('fluentdHandler: a server that acknowledges late', () => {
  test('gets each record until it acknowledges it, although it answers messages without records at once', async () => {
    const subject = await start([], { ackTimeoutMs: 300, maxBatchRecords: 50 })
    peer.options.onMessage = (message) => {
      if (message.content.entries.length === 0) message.ack()
      else if (peer.connections.length > 1) setTimeout(() => message.take().ack(), 30)
    }
    subject.emit(0, 200)
    await subject.handler.flush()
    expect(firstIds(peer.received)).toEqual(range(200))
    expect(subject.stats()).toEqual({ emitted: 200, delivered: 200, dropped: 0, pending: 0 })
  })
})

describe('fluentdHandler: a server that closes all connections for a while', () => {
  test('loses no record, and the order is kept', async () => {
    const subject = await start([], { maxBatchRecords: 100 })
    peer.options.onMessage = (message) =>
      peer.connections.length < 6 ? message.connection.fin() : message.take().ack()
    subject.emit(0, 500)
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(500))
    expect(subject.stats()).toEqual({ emitted: 500, delivered: 500, dropped: 0, pending: 0 })
  })

  test('loses no record if that lasts long', async () => {
    const subject = await start([], { maxBatchRecords: 100 })
    peer.options.onMessage = (message) =>
      peer.connections.length < 40 ? message.connection.fin() : message.take().ack()
    subject.emit(0, 500)
    await subject.handler.flush()
    expect(sorted(ids(peer.received))).toEqual(range(500))
    expect(subject.stats()).toEqual({ emitted: 500, delivered: 500, dropped: 0, pending: 0 })
  })

  test('gets large batches again soon', async () => {
    const subject = await start([], { maxBatchRecords: 1_000 })
    peer.options.onMessage = (message) =>
      peer.connections.length < 12 ? message.connection.fin() : message.take().ack()
    subject.emit(0, 20_000)
    await subject.handler.flush()
    expect(firstIds(peer.received)).toHaveLength(20_000)
    expect(peer.messages.length).toBeLessThan(12 + 40)
  })
})

describe('fluentdHandler: a server that closes the connection after each message', () => {
  test('has not failed: nothing is reported, and nothing waits', async () => {
    const subject = await start([], {
      maxBatchRecords: 10,
      reconnectDelayMs: 60_000,
      reconnectMaxDelayMs: 60_000,
    })
    peer.options.onMessage = (message) => message.take().ack().connection.fin()
    for (const label_name of ['a', 'b', 'c'])
      for (const id of range(100)) subject.handler.emit({ time: 0, label_name, id })
    await subject.handler.flush()
    expect(firstIds(peer.received)).toEqual(range(100))
    expect(subject.stats()).toEqual({ emitted: 300, delivered: 300, dropped: 0, pending: 0 })
    expect(subject.codes).toEqual([])
  })
})

describe('fluentdHandler: a record that no server takes, and a spool', () => {
  let spoolDir: string
  beforeEach(() => {
    spoolDir = mkdtempSync(join(tmpdir(), 'actionlog-spool-'))
  })
  afterEach(() => rmSync(spoolDir, { recursive: true, force: true }))

  test('keeps the record aside in a readable file, also after a restart', async () => {
    const subject = await start([37], { spoolDir, closeTimeoutMs: 50 })
    await peer.close()
    subject.emit(0, 100)
    await subject.handler.close()
    expect(subject.stats()).toMatchObject({ dropped: 0, pending: 100 })

    await peer.listen()
    const next = new Subject({ port: peer.port, spoolDir })
    next.emit(100, 110)
    await vi.waitFor(() => assert.equal(next.stats().pending, 0), 60_000)
    await next.handler.close()
    expect(sorted(firstIds(peer.received))).toEqual(without([37], 110))
    const path = join(spoolDir, 'refused.ndjson')
    expect(
      readFileSync(path, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        tag: 'koa.actionlog.line',
        time: '2026-01-02T03:04:05.678Z',
        record: { time: '2026-01-02T03:04:05.678Z', id: 37 },
      },
    ])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(next.messages.join('\n')).toContain(path)
    expect(next.reportedDrops).toBe(1)
  })
})
