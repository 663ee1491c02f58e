import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ForwardPeer } from './fixtures/forward-peer.js'
import type { Message } from './fixtures/peer-connection.js'
import { firstIds, ids, range } from './fixtures/received.js'
import { Subject } from './fixtures/subject.js'

let peer: ForwardPeer
afterEach(async () => {
  await peer.close()
  expect(peer.errors).toEqual([])
})

/** Batches of ten, and a peer that does this with messages. */
async function start(onMessage?: (message: Message) => void, options: object = {}): Promise<Subject> {
  peer = await ForwardPeer.start({ onMessage })
  return new Subject({ port: peer.port, maxBatchRecords: 10, ...options })
}

/** For acknowledgements that never come; longer than a busy machine delays those that do. */
const shortTimeout = { ackTimeoutMs: 1_500 }

/** Does this with the third message that has records, and takes and acknowledges all others. */
function third(act: (message: Message) => void): (message: Message) => void {
  let count = 0
  return (message) => {
    if (message.content.entries.length > 0 && ++count === 3) act(message)
    else message.take().ack()
  }
}

function delivered(emitted: number) {
  return { emitted, delivered: emitted, dropped: 0, pending: 0 }
}

describe('fluentdHandler: when a connection ends', () => {
  test.each<[string, number, (message: Message) => void]>([
    ['by FIN before a message is read', 0, (message) => message.connection.fin()],
    ['by RST before a message is read', 0, (message) => message.connection.rst()],
    ['by FIN after a message is acknowledged', 0, (message) => message.take().ack().connection.fin()],
    ['by FIN instead of an acknowledgement', 10, (message) => message.take().connection.fin()],
    ['by RST instead of an acknowledgement', 10, (message) => message.take().connection.rst()],
  ])(
    '%s, all records arrive in order, and twice only if the acknowledgement was lost',
    async (_, doubled, act) => {
      const subject = await start(third(act))
      subject.emit(0, 100)
      await subject.handler.flush()
      expect(firstIds(peer.received)).toEqual(range(100))
      expect(peer.received.length - 100).toBe(doubled)
      expect(subject.stats()).toEqual(delivered(100))
    },
  )

  test('by RST in the middle of a message, all records arrive in order', async () => {
    const subject = await start()
    peer.options.onConnection = (connection) => {
      if (peer.connections.length < 5) connection.socket.once('data', () => connection.rst())
    }
    subject.emit(0, 100, { pad: 'x'.repeat(100_000) })
    await subject.handler.flush()
    expect(firstIds(peer.received)).toEqual(range(100))
    expect(subject.stats()).toEqual(delivered(100))
  })

  test('after each message, all records arrive in order', async () => {
    const subject = await start((message) => message.take().ack().connection.fin())
    subject.emit(0, 50)
    await subject.handler.flush()
    expect(firstIds(peer.received)).toEqual(range(50))
    expect(subject.stats()).toEqual(delivered(50))
  })

  test('at once, repeatedly, all records arrive when a connection stays open', async () => {
    const subject = await start()
    peer.options.onConnection = (connection) => {
      if (peer.connections.length < 5) connection.rst()
    }
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(100))
    expect(subject.codes).toContain('handler_failed')
  })

  test('while nothing is sent, later records arrive once', async () => {
    const subject = await start()
    for (const from of [0, 10, 20]) {
      subject.emit(from, from + 10)
      await subject.handler.flush()
      for (const connection of peer.open) connection.fin()
      await peer.until(() => peer.open.length === 0)
    }
    expect(ids(peer.received)).toEqual(range(30))
  })

  test('while nothing is left to send, the next is opened only when there is', async () => {
    const subject = await start(undefined, { flushIntervalMs: 50 })
    subject.emit(0, 10)
    await subject.handler.flush()
    for (const connection of peer.open) connection.fin()
    await sleep(200) // the flush interval is over
    expect(peer.connections).toHaveLength(1)
    subject.emit(10, 20)
    await subject.handler.flush()
    expect(peer.connections).toHaveLength(2)
    expect(ids(peer.received)).toEqual(range(20))
  })
})

describe('fluentdHandler: acknowledgements', () => {
  test('that are lost: the message is sent again, before all later ones', async () => {
    const subject = await start(
      third((message) => message.take()),
      shortTimeout,
    )
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(firstIds(peer.received)).toEqual(range(100))
    expect(peer.received).toHaveLength(110)
    expect(subject.stats()).toEqual(delivered(100))
  })

  test('that come late and in another order: nothing is sent twice', async () => {
    const waiting: Message[] = []
    const subject = await start((message) => {
      waiting.push(message.take())
      setTimeout(() => {
        for (const one of waiting.splice(0).reverse()) one.ack()
      }, 20)
    })
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(100))
    expect(subject.stats()).toEqual(delivered(100))
  })

  test('that come too late are ignored, and the message is sent again', async () => {
    const late: Message[] = []
    const subject = await start(
      third((message) => late.push(message.take())),
      shortTimeout,
    )
    subject.emit(0, 100)
    await peer.until(() => late.length > 0 && peer.connections.length > 1)
    late[0]?.ack()
    await subject.handler.flush()
    expect(firstIds(peer.received)).toEqual(range(100))
    expect(peer.received).toHaveLength(110)
    expect(subject.stats()).toEqual(delivered(100))
  })

  test('that came while the process was blocked count: nothing is sent twice', async () => {
    const subject = await start(
      (message) => {
        message.take().ack()
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600)
      },
      { ackTimeoutMs: 500 },
    )
    subject.emit(0, 10)
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(10))
    expect(subject.codes).toEqual([])
  })

  test('of unknown messages, and second ones, are ignored', async () => {
    const subject = await start((message) => message.ack('wrong').take().ack().ack().ack('wrong'))
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(100))
    expect(subject.stats()).toEqual(delivered(100))
  })

  test('of another message do not count: the message is sent again', async () => {
    const subject = await start(
      third((message) => message.ack('wrong')),
      shortTimeout,
    )
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(ids(peer.received).toSorted((a, b) => a - b)).toEqual(range(100))
    expect(subject.stats()).toEqual(delivered(100))
  })

  test('may come in pieces of one byte', async () => {
    let written = Promise.resolve()
    const subject = await start((message) => {
      const { connection, ackBytes } = message.take()
      written = written.then(async () => {
        for (const byte of ackBytes) {
          connection.write(Buffer.of(byte))
          await sleep(0)
        }
      })
    })
    subject.emit(0, 30)
    await subject.handler.flush()
    expect(subject.stats()).toEqual(delivered(30))
    expect(peer.received).toHaveLength(30)
  })

  test.each([
    ['garbage', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['no valid MessagePack', Buffer.of(0xc1, 0xc1)],
    ['a huge length', Buffer.of(0xc6, 0xff, 0xff, 0xff, 0xff, 1, 2, 3)],
    ['deep nesting', Buffer.alloc(10_000, 0x91)],
    ['nil', Buffer.of(0xc0)],
    ['a map with other fields', Buffer.of(0x81, 0xa1, 0x78, 0x01)],
    ['an acknowledgement that is no text', Buffer.of(0x81, 0xa3, 0x61, 0x63, 0x6b, 0x07)],
  ])('%s instead: the message is sent again', async (_, bytes) => {
    const subject = await start(
      third((message) => message.connection.write(bytes)),
      shortTimeout,
    )
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(firstIds(peer.received).toSorted((a, b) => a - b)).toEqual(range(100))
    expect(subject.stats()).toEqual(delivered(100))
  })
})

describe('fluentdHandler: an answer that is no acknowledgement', () => {
  const endless = (message: Message): void => {
    for (let i = 0; i < 30; i++) message.connection.write(Buffer.alloc(65_536, 0x91)) // a list in a list in a list …
  }
  test.each<[string, (message: Message) => void]>([
    ['nil', (message) => message.connection.write(Uint8Array.of(0xc0))],
    ['HTTP', (message) => message.connection.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a message without end', endless],
  ])('%s: it is reported, and the message is sent again', async (_, answer) => {
    const subject = await start(third(answer))
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(100))
    expect(subject.messages).toEqual([
      expect.stringMatching(/127\.0\.0\.1:\d+: the server does not speak the forward protocol$/),
    ])
  })
})

describe('fluentdHandler: a server that is silent', () => {
  test('on a half-open connection: after the timeout a new connection takes all records, once and in order', async () => {
    const subject = await start((message) => {
      if (message.connection !== peer.connections[0]) message.take().ack()
    }, shortTimeout)
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(100))
    expect(peer.open).toHaveLength(1)
  })

  test('because it stalled: it gets messages without records, and no record twice when it continues', async () => {
    let isStalled = false
    const subject = await start((message) => {
      if (!isStalled) message.take().ack()
    }, shortTimeout)
    subject.emit(0, 50)
    await subject.handler.flush()
    isStalled = true
    subject.emit(50, 100)
    await peer.until(() => peer.connections.length >= 4)
    const sent = peer.messages.filter(({ connection }) => connection !== peer.connections[0])
    expect(sent.every(({ content }) => content.entries.length === 0 && content.tag === 'koa.actionlog')).toBe(
      true,
    )
    isStalled = false
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(100))
    expect(subject.stats()).toEqual(delivered(100))
  })

  test('because it never reads: memory is bounded, the oldest are dropped and reported, the rest arrives in order', async () => {
    const subject = await start(undefined, { maxBufferBytes: 1_000_000 })
    peer.options.onConnection = (connection) => connection.pause()
    for (let from = 0; from < 20_000; from += 1_000) {
      subject.emit(from, from + 1_000, { pad: 'x'.repeat(1_000) })
      await sleep(1)
    }
    const { pending, dropped } = subject.stats()
    expect(pending).toBeLessThan(1_000)
    expect(dropped).toBeGreaterThan(19_000)
    for (const connection of peer.open) connection.resume()
    await subject.handler.flush()
    const arrived = ids(peer.received)
    expect(arrived).toEqual(arrived.toSorted((a, b) => a - b))
    expect(arrived.at(-1)).toBe(19_999)
    await subject.handler.close()
    expect(subject.reportedDrops).toBe(dropped)
    expect(arrived).toHaveLength(20_000 - dropped)
  })

  test.each<[string, (subject: Subject) => void]>([
    ['because it never reads', () => (peer.options.onConnection = (connection) => connection.pause())],
    ['because it never acknowledges', () => (peer.options.onMessage = () => {})],
    ['because it is not there', () => void peer.close()],
  ])('%s: close() ends, and the drops are reported', async (_, act) => {
    const subject = await start(undefined, { closeTimeoutMs: 100 })
    act(subject)
    subject.emit(0, 1_000)
    await subject.handler.close()
    expect(subject.stats()).toEqual({ emitted: 1_000, delivered: 0, dropped: 1_000, pending: 0 })
    expect(subject.reportedDrops).toBe(1_000)
  })
})

describe('fluentdHandler: a server that refuses', () => {
  test('a record: it is dropped and reported, and the others arrive', async () => {
    const poison = 37
    const subject = await start((message) => {
      if (!message.content.entries.some(({ record }) => record.id === poison)) message.take().ack()
    }, shortTimeout)
    subject.emit(0, 100)
    await subject.handler.flush()
    const others = range(100).filter((id) => id !== poison)
    expect(firstIds(peer.received).toSorted((a, b) => a - b)).toEqual(others)
    expect(ids(peer.received)).toHaveLength(99)
    await subject.handler.flush() // a record may tell of the drop
    expect(subject.stats()).toMatchObject({ dropped: 1, pending: 0 })
    await subject.handler.close()
    expect(subject.reportedDrops).toBe(1)
  })

  test('large messages: smaller ones are sent, in order', async () => {
    const subject = await start(
      (message) => {
        if (message.content.entries.length <= 30) message.take().ack()
      },
      { maxBatchRecords: 1_000, ...shortTimeout },
    )
    subject.emit(0, 200)
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(200))
    expect(subject.stats()).toEqual(delivered(200))
  })

  test('one message of many: the order within a tag is kept', async () => {
    const subject = await start((message) => {
      const { entries } = message.content
      if (entries.length <= 5 || entries[0]?.record.id !== 20) message.take().ack()
    }, shortTimeout)
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(100))
  })
})

describe('fluentdHandler: a server that is not there', () => {
  test.each([
    ['throws', () => assert.fail('no')],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('an onError that %s does no harm', async (_, onError) => {
    const subject = await start()
    subject.handler.onError = onError
    await peer.close()
    subject.emit(0, 10)
    await sleep(20)
    await peer.listen()
    await subject.handler.flush()
    expect(subject.stats()).toEqual(delivered(10))
  })

  test('at start: all records arrive in order when it is', async () => {
    const subject = await start()
    await peer.close()
    subject.emit(0, 1_000)
    await subject.reported('ECONNREFUSED')
    await peer.listen()
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(1_000))
    expect(subject.stats()).toEqual(delivered(1_000))
    expect(subject.codes.filter((code) => code === 'handler_failed')).toHaveLength(1)
  })

  test('repeatedly: nothing is lost, and records arrive twice only if the acknowledgement was lost', async () => {
    const subject = await start()
    for (let round = 0; round < 10; round++) {
      subject.emit(round * 100, round * 100 + 50)
      await peer.close()
      subject.emit(round * 100 + 50, round * 100 + 100)
      await peer.listen()
      await peer.until(() => peer.open.length > 0)
    }
    await subject.handler.flush()
    expect(firstIds(peer.received)).toEqual(range(1_000))
    expect(subject.stats()).toEqual(delivered(1_000))
  })

  test('records that memory cannot hold are dropped, oldest first, and reported at once and by a record when the server is back', async () => {
    const subject = await start(undefined, { maxBufferBytes: 100_000 })
    await peer.close()
    subject.emit(0, 5_000)
    await subject.reported('records')
    await peer.listen()
    await subject.handler.flush()
    const { dropped } = subject.stats()
    const arrived = ids(peer.received)
    expect(arrived).toEqual(range(5_000).slice(dropped))
    await subject.handler.flush()
    expect(subject.reportedDrops).toBe(dropped)
    const notes = peer.received.filter(({ record }) => !('id' in record))
    expect(JSON.stringify(notes.map(({ record }) => record))).toContain(`${dropped}`)
  })

  test('flush() waits until it is', async () => {
    const subject = await start()
    await peer.close()
    subject.emit(0, 10)
    let flushed = false
    const flush = subject.handler.flush().then(() => {
      flushed = true
    })
    await subject.reported('ECONNREFUSED')
    expect(flushed).toBe(false)
    await peer.listen()
    await flush
    expect(ids(peer.received)).toEqual(range(10))
  })

  test('a name that cannot be resolved is reported, and close() ends', async () => {
    const subject = await start(undefined, { host: 'no-such-host.invalid', closeTimeoutMs: 100 })
    subject.emit(0, 10)
    await subject.reported('no-such-host.invalid')
    expect(subject.stats().pending).toBe(10)
    await subject.handler.close()
    expect(subject.stats()).toEqual({ emitted: 10, delivered: 0, dropped: 10, pending: 0 })
    expect(subject.reportedDrops).toBe(10)
  })
})

describe('fluentdHandler: several hosts', () => {
  let other: ForwardPeer
  beforeEach(async () => {
    other = await ForwardPeer.start()
  })
  afterEach(() => other.close())

  test('the next is used, and the first again when it is back', async () => {
    peer = await ForwardPeer.start()
    const host = [`127.0.0.1:${peer.port}`, `127.0.0.1:${other.port}`]
    const subject = new Subject({ host })
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(100))

    await peer.close()
    subject.emit(100, 200)
    await subject.handler.flush()
    expect(ids(other.received)).toEqual(range(200).slice(100))

    await peer.listen()
    const last = (): boolean => peer.received.length > 100
    for (let id = 200; !last(); id++) {
      subject.emit(id, id + 1)
      await subject.handler.flush()
      await sleep(5)
    }
    const { emitted } = subject.stats()
    subject.emit(emitted, emitted + 100)
    await subject.handler.flush()
    const arrived = [...ids(peer.received), ...ids(other.received)].toSorted((a, b) => a - b)
    expect(arrived).toEqual(range(emitted + 100))
    expect(ids(peer.received).slice(-100)).toEqual(range(emitted + 100).slice(emitted))
    await other.until(() => other.open.length === 0)
  })

  test('the first is used again, also if it was back only for a moment before', async () => {
    peer = await ForwardPeer.start()
    const host = [`127.0.0.1:${peer.port}`, `127.0.0.1:${other.port}`]
    const subject = new Subject({ host })
    await peer.close()
    subject.emit(0, 1)
    await subject.handler.flush()
    await peer.listen()
    await peer.until(() => peer.messages.length > 0) // whether it is back
    await sleep(20)
    await peer.close()
    await sleep(20)
    await peer.listen()
    for (let id = 1; peer.received.length === 0 && id < 1_000; id++) {
      subject.emit(id, id + 1)
      await subject.handler.flush()
      await sleep(5)
    }
    expect(peer.received).not.toEqual([])
  })

  test('no connection to a stalled first one is kept', async () => {
    peer = await ForwardPeer.start({ onMessage: () => {} })
    const host = [`127.0.0.1:${peer.port}`, `127.0.0.1:${other.port}`]
    const subject = new Subject({ host, ackTimeoutMs: 20 })
    subject.emit(0, 10)
    await subject.handler.flush()
    await peer.until(() => peer.connections.length > 5)
    expect(peer.open.length).toBeLessThan(3)
  })

  test('the third is used if the first cannot be resolved and the second does not answer', async () => {
    peer = await ForwardPeer.start({ onMessage: () => {} })
    const host = ['no-such-host.invalid', `127.0.0.1:${peer.port}`, `127.0.0.1:${other.port}`]
    const subject = new Subject({ host, ...shortTimeout })
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(ids(other.received)).toEqual(range(100))
  })
})

describe('fluentdHandler: a UNIX socket', () => {
  test('is used instead of a host, also after it was missing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'actionlog-'))
    const path = join(folder, 'socket')
    peer = await ForwardPeer.start({ path })
    const subject = new Subject({ path })
    subject.emit(0, 10)
    await subject.handler.flush()
    await peer.close()
    subject.emit(10, 20)
    await subject.reported('socket')
    await peer.listen()
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(20))
    rmSync(folder, { recursive: true })
  })
})
