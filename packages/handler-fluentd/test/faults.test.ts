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

/** For acks that never come; longer than a busy machine holds up those that do. */
const impatient = { ackTimeoutMs: 1_500 }

/** Does this with the third message that holds records, and takes and acknowledges all others. */
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

describe('fluentdHandler: a connection that ends', () => {
  test.each<[string, number, (message: Message) => void]>([
    ['FIN before a message is taken', 0, (message) => message.connection.fin()],
    ['RST before a message is taken', 0, (message) => message.connection.rst()],
    ['FIN after a message is acknowledged', 0, (message) => message.take().ack().connection.fin()],
    ['FIN instead of an ack', 10, (message) => message.take().connection.fin()],
    ['RST instead of an ack', 10, (message) => message.take().connection.rst()],
  ])('%s: all arrive in order, twice only if the ack was lost', async (_, doubled, act) => {
    const subject = await start(third(act))
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(firstIds(peer.received)).toEqual(range(100))
    expect(peer.received.length - 100).toBe(doubled)
    expect(subject.stats()).toEqual(delivered(100))
  })

  test('RST in the middle of a message', async () => {
    const subject = await start()
    peer.options.onConnection = (connection) => {
      if (peer.connections.length < 5) connection.socket.once('data', () => connection.rst())
    }
    subject.emit(0, 100, { pad: 'x'.repeat(100_000) })
    await subject.handler.flush()
    expect(firstIds(peer.received)).toEqual(range(100))
    expect(subject.stats()).toEqual(delivered(100))
  })

  test('one after each message', async () => {
    const subject = await start((message) => message.take().ack().connection.fin())
    subject.emit(0, 50)
    await subject.handler.flush()
    expect(firstIds(peer.received)).toEqual(range(50))
    expect(subject.stats()).toEqual(delivered(50))
  })

  test('at once, again and again: all arrive once it lasts', async () => {
    const subject = await start()
    peer.options.onConnection = (connection) => {
      if (peer.connections.length < 5) connection.rst()
    }
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(100))
    expect(subject.codes).toContain('handler_failed')
  })

  test('while nothing is sent: what comes later arrives once', async () => {
    const subject = await start()
    for (const from of [0, 10, 20]) {
      subject.emit(from, from + 10)
      await subject.handler.flush()
      for (const connection of peer.open) connection.fin()
      await peer.until(() => peer.open.length === 0)
    }
    expect(ids(peer.received)).toEqual(range(30))
  })

  test('while nothing is left to send: none is opened before there is', async () => {
    const subject = await start(undefined, { flushIntervalMs: 50 })
    subject.emit(0, 10)
    await subject.handler.flush()
    for (const connection of peer.open) connection.fin()
    await sleep(200) // the time to linger is over
    expect(peer.connections).toHaveLength(1)
    subject.emit(10, 20)
    await subject.handler.flush()
    expect(peer.connections).toHaveLength(2)
    expect(ids(peer.received)).toEqual(range(20))
  })
})

describe('fluentdHandler: acks', () => {
  test('lost: the message is sent again, in its place for who knows no id twice', async () => {
    const subject = await start(
      third((message) => message.take()),
      impatient,
    )
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(firstIds(peer.received)).toEqual(range(100))
    expect(peer.received).toHaveLength(110)
    expect(subject.stats()).toEqual(delivered(100))
  })

  test('late, and in another order: nothing is sent twice', async () => {
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

  test('too late: they count for nobody, and the message is sent again', async () => {
    const late: Message[] = []
    const subject = await start(
      third((message) => late.push(message.take())),
      impatient,
    )
    subject.emit(0, 100)
    await peer.until(() => late.length > 0 && peer.connections.length > 1)
    late[0]?.ack()
    await subject.handler.flush()
    expect(firstIds(peer.received)).toEqual(range(100))
    expect(peer.received).toHaveLength(110)
    expect(subject.stats()).toEqual(delivered(100))
  })

  test('that came while the process was held up count: nothing is sent twice', async () => {
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

  test('wrong ones and second ones count for nobody', async () => {
    const subject = await start((message) => message.ack('wrong').take().ack().ack().ack('wrong'))
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(100))
    expect(subject.stats()).toEqual(delivered(100))
  })

  test('only a wrong one: as if there were none', async () => {
    const subject = await start(
      third((message) => message.ack('wrong')),
      impatient,
    )
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(ids(peer.received).toSorted((a, b) => a - b)).toEqual(range(100))
    expect(subject.stats()).toEqual(delivered(100))
  })

  test('in pieces of one byte', async () => {
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
    ['an ack that is no text', Buffer.of(0x81, 0xa3, 0x61, 0x63, 0x6b, 0x07)],
  ])('%s instead of one: the message is sent again', async (_, bytes) => {
    const subject = await start(
      third((message) => message.connection.write(bytes)),
      impatient,
    )
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(firstIds(peer.received).toSorted((a, b) => a - b)).toEqual(range(100))
    expect(subject.stats()).toEqual(delivered(100))
  })
})

describe('fluentdHandler: what is no ack', () => {
  const endless = (message: Message): void => {
    for (let i = 0; i < 30; i++) message.connection.write(Buffer.alloc(65_536, 0x91)) // a list in a list in a list …
  }
  test.each<[string, (message: Message) => void]>([
    ['nil', (message) => message.connection.write(Uint8Array.of(0xc0))],
    ['HTTP', (message) => message.connection.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a message without end', endless],
  ])('%s: it is told, and the message sent again', async (_, answer) => {
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
  test('half-open: after the ack timeout a new connection takes all, once and in order', async () => {
    const subject = await start((message) => {
      if (message.connection !== peer.connections[0]) message.take().ack()
    }, impatient)
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(100))
    expect(peer.open).toHaveLength(1)
  })

  test('stalled: it is only probed, and gets no record twice once it goes on', async () => {
    let isStalled = false
    const subject = await start((message) => {
      if (!isStalled) message.take().ack()
    }, impatient)
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

  test('it never reads: memory is bounded, the oldest are dropped and told of, the rest arrives in order', async () => {
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
    expect(subject.toldDropped).toBe(dropped)
    expect(arrived).toHaveLength(20_000 - dropped)
  })

  test.each<[string, (subject: Subject) => void]>([
    ['that never reads', () => (peer.options.onConnection = (connection) => connection.pause())],
    ['that never acknowledges', () => (peer.options.onMessage = () => {})],
    ['that is not there', () => void peer.close()],
  ])('close() ends in spite of one %s, and says what was dropped', async (_, act) => {
    const subject = await start(undefined, { closeTimeoutMs: 100 })
    act(subject)
    subject.emit(0, 1_000)
    await subject.handler.close()
    expect(subject.stats()).toEqual({ emitted: 1_000, delivered: 0, dropped: 1_000, pending: 0 })
    expect(subject.toldDropped).toBe(1_000)
  })
})

describe('fluentdHandler: a server that refuses', () => {
  test('a record it never acknowledges is dropped and told of, the others arrive', async () => {
    const poison = 37
    const subject = await start((message) => {
      if (!message.content.entries.some(({ record }) => record.id === poison)) message.take().ack()
    }, impatient)
    subject.emit(0, 100)
    await subject.handler.flush()
    const others = range(100).filter((id) => id !== poison)
    expect(firstIds(peer.received).toSorted((a, b) => a - b)).toEqual(others)
    expect(ids(peer.received)).toHaveLength(99)
    await subject.handler.flush() // a record may tell of the drop
    expect(subject.stats()).toMatchObject({ dropped: 1, pending: 0 })
    await subject.handler.close()
    expect(subject.toldDropped).toBe(1)
  })

  test('messages that are too large for it are sent in smaller ones, in order', async () => {
    const subject = await start(
      (message) => {
        if (message.content.entries.length <= 30) message.take().ack()
      },
      { maxBatchRecords: 1_000, ...impatient },
    )
    subject.emit(0, 200)
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(200))
    expect(subject.stats()).toEqual(delivered(200))
  })

  test('it keeps the order of a tag also when it refuses one message of many', async () => {
    const subject = await start((message) => {
      const { entries } = message.content
      if (entries.length <= 5 || entries[0]?.record.id !== 20) message.take().ack()
    }, impatient)
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(100))
  })
})

describe('fluentdHandler: a server that is not there', () => {
  test.each([
    ['throws', () => assert.fail('no')],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('an onError that %s harms nobody', async (_, onError) => {
    const subject = await start()
    subject.handler.onError = onError
    await peer.close()
    subject.emit(0, 10)
    await sleep(20)
    await peer.listen()
    await subject.handler.flush()
    expect(subject.stats()).toEqual(delivered(10))
  })

  test('at start: all arrive once it is, in order', async () => {
    const subject = await start()
    await peer.close()
    subject.emit(0, 1_000)
    await subject.told('ECONNREFUSED')
    await peer.listen()
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(1_000))
    expect(subject.stats()).toEqual(delivered(1_000))
    expect(subject.codes.filter((code) => code === 'handler_failed')).toHaveLength(1)
  })

  test('again and again: nothing is lost, nothing comes twice but for lost acks', async () => {
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

  test('what memory cannot hold is dropped, oldest first; told of at once, and by a record once it is back', async () => {
    const subject = await start(undefined, { maxBufferBytes: 100_000 })
    await peer.close()
    subject.emit(0, 5_000)
    await subject.told('records')
    await peer.listen()
    await subject.handler.flush()
    const { dropped } = subject.stats()
    const arrived = ids(peer.received)
    expect(arrived).toEqual(range(5_000).slice(dropped))
    await subject.handler.flush()
    expect(subject.toldDropped).toBe(dropped)
    const notes = peer.received.filter(({ record }) => !('id' in record))
    expect(JSON.stringify(notes.map(({ record }) => record))).toContain(`${dropped}`)
  })

  test('flush() waits for it', async () => {
    const subject = await start()
    await peer.close()
    subject.emit(0, 10)
    let flushed = false
    const flush = subject.handler.flush().then(() => {
      flushed = true
    })
    await subject.told('ECONNREFUSED')
    expect(flushed).toBe(false)
    await peer.listen()
    await flush
    expect(ids(peer.received)).toEqual(range(10))
  })

  test('a name that cannot be resolved is told, and close() ends', async () => {
    const subject = await start(undefined, { host: 'no-such-host.invalid', closeTimeoutMs: 100 })
    subject.emit(0, 10)
    await subject.told('no-such-host.invalid')
    expect(subject.stats().pending).toBe(10)
    await subject.handler.close()
    expect(subject.stats()).toEqual({ emitted: 10, delivered: 0, dropped: 10, pending: 0 })
    expect(subject.toldDropped).toBe(10)
  })
})

describe('fluentdHandler: several hosts', () => {
  let other: ForwardPeer
  beforeEach(async () => {
    other = await ForwardPeer.start()
  })
  afterEach(() => other.close())

  test('goes over to the next, and back to the first once that is there again', async () => {
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

  test('comes back to the first also if that was there for a moment before', async () => {
    peer = await ForwardPeer.start()
    const host = [`127.0.0.1:${peer.port}`, `127.0.0.1:${other.port}`]
    const subject = new Subject({ host })
    await peer.close()
    subject.emit(0, 1)
    await subject.handler.flush()
    await peer.listen()
    await peer.until(() => peer.messages.length > 0) // asked whether it is back
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

  test('keeps no connection to a first one that is stalled', async () => {
    peer = await ForwardPeer.start({ onMessage: () => {} })
    const host = [`127.0.0.1:${peer.port}`, `127.0.0.1:${other.port}`]
    const subject = new Subject({ host, ackTimeoutMs: 20 })
    subject.emit(0, 10)
    await subject.handler.flush()
    await peer.until(() => peer.connections.length > 5)
    expect(peer.open.length).toBeLessThan(3)
  })

  test('goes on when the one cannot be resolved and the other does not answer', async () => {
    peer = await ForwardPeer.start({ onMessage: () => {} })
    const host = ['no-such-host.invalid', `127.0.0.1:${peer.port}`, `127.0.0.1:${other.port}`]
    const subject = new Subject({ host, ...impatient })
    subject.emit(0, 100)
    await subject.handler.flush()
    expect(ids(other.received)).toEqual(range(100))
  })
})

describe('fluentdHandler: a UNIX socket', () => {
  test('is used instead of a host, also after it was gone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'actionlog-'))
    const path = join(folder, 'socket')
    peer = await ForwardPeer.start({ path })
    const subject = new Subject({ path })
    subject.emit(0, 10)
    await subject.handler.flush()
    await peer.close()
    subject.emit(10, 20)
    await subject.told('socket')
    await peer.listen()
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(20))
    rmSync(folder, { recursive: true })
  })
})
