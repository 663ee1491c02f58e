import { encode } from '@msgpack/msgpack'
import fc from 'fast-check'
import { valueEnd } from '../src/server/value-end.js'
import { text } from './fixtures/forward-message.js'
import { ForwardPeer, type PeerOptions } from './fixtures/forward-peer.js'
import type { Connection } from './fixtures/peer-connection.js'
import { firstIds, ids, range } from './fixtures/received.js'
import { Subject } from './fixtures/subject.js'

const sharedKey = 'a key of 20 letters!'

let peer: ForwardPeer
afterEach(() => peer.close())

async function start(options: PeerOptions, own: object = {}): Promise<Subject> {
  peer = await ForwardPeer.start({ onMessage: () => {}, ...options })
  const subject = new Subject({ port: peer.port, ...own })
  subject.emit(0, 10)
  return subject
}

/** The server is reported, nothing is lost, and all records arrive once it behaves. */
async function expectRecovery(subject: Subject, reason: string): Promise<void> {
  await subject.reported(reason)
  expect(subject.stats()).toMatchObject({ delivered: 0, dropped: 0, pending: 10 })
  peer.options.onConnection = peer.options.onMessage = undefined
  peer.options.security = peer.options.security && { sharedKey }
  await subject.handler.flush()
  expect(firstIds(peer.received)).toEqual(range(10))
}

describe('fluentdHandler: a server that does not know the key', () => {
  test('cannot answer with the name and the digest that the client sent', async () => {
    const pings: unknown[][] = []
    const subject = await start(
      {
        security: {
          sharedKey: 'not the key',
          answer: (ping) => {
            pings.push(ping as unknown[])
            const [, name, , digest] = ping as unknown[]
            return encode(['PONG', true, '', text(name), text(digest)]) // and expects records
          },
        },
      },
      { sharedKey },
    )
    await expectRecovery(subject, 'does not know options.sharedKey')
    expect(ids(peer.received)).toEqual(range(10))
    const names = pings.map(([, name]) => text(name))
    expect(new Set(names).size).toBe(names.length) // no server can have them
  })
})

const nested = (byte: number, length: number) => (connection: Connection) =>
  connection.write(Buffer.alloc(length, byte))

describe('fluentdHandler: the data from a server is bounded', () => {
  const cases: [string, (connection: Connection) => void][] = [
    ['1 MiB of nested lists', nested(0x9f, 1_048_570)],
    ['1 MiB of nested maps', nested(0x8f, 1_048_570)],
    [
      'a list that claims 4 billion items',
      (connection) => connection.write(Buffer.of(0xdd, 255, 255, 255, 255)),
    ],
    ['a text that claims 4 GiB', (connection) => connection.write(Buffer.of(0xdb, 255, 255, 255, 255))],
    ['endless empty maps', nested(0x80, 100_000)],
    ['a long list of numbers', (connection) => connection.write(encode(Array(5_000).fill(1)))],
    [
      'endless acknowledgements of nothing',
      (connection) => connection.write(Buffer.concat(Array(20_000).fill(encode({ ack: 'x' })))),
    ],
  ]
  test.each(cases)('before the handshake: %s', async (_, act) => {
    const subject = await start({ security: { sharedKey }, onConnection: act }, { sharedKey })
    await expectRecovery(subject, 'the server does not speak the forward protocol')
  })

  test.each(cases)('without a handshake: %s', async (_, act) => {
    const subject = await start({ onConnection: act })
    await expectRecovery(subject, 'the server does not speak the forward protocol')
  })

  test('without a handshake: a list that is no HELO', async () => {
    const subject = await start({ onConnection: (connection) => connection.write(encode(['PONG', true])) })
    await expectRecovery(subject, 'the server does not speak the forward protocol')
  })

  test('a reason of any length is cut', async () => {
    const pong = (): unknown[] => ['PONG', false, 'no '.repeat(2_000), '', '']
    const subject = await start({ security: { sharedKey, pong } }, { sharedKey })
    await subject.reported('the server refused the handshake: no no')
    expect(Math.max(...subject.messages.map(({ length }) => length))).toBeLessThan(400)
  })
})

describe('fluentdHandler: HELO, PONG and acknowledgements of every shape', () => {
  const anything = fc.anything({ maxDepth: 3, withBigInt: false, withDate: false })
  const messages = fc.oneof(
    anything,
    fc.tuple(fc.constantFrom('HELO', 'PONG', 'PING'), anything),
    fc.tuple(fc.constant('HELO'), fc.record({ nonce: anything, auth: anything })),
    fc.tuple(fc.constant('PONG'), anything, anything, anything, anything),
    fc.record({ ack: anything }),
  )
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    messages.map((message) => encodeSafely(message)),
  )

  test('are a failed connection, or ignored; never a delivery, and never an error of the process', async () => {
    const said = fc.sample(bytes, { numRuns: 300, seed: 42 })
    const subject = await start(
      {
        onConnection: (connection) => {
          connection.socket.unpipe() // it takes nothing
          for (const one of said.splice(0, 2)) connection.write(one)
          if (said.length > 0) connection.fin()
        },
      },
      { sharedKey, reconnectMaxDelayMs: 5 },
    )
    await peer.until(() => said.length === 0)
    expect(subject.stats()).toEqual({ emitted: 10, delivered: 0, dropped: 0, pending: 10 })
    peer.options.onConnection = peer.options.onMessage = undefined
    peer.options.security = { sharedKey }
    for (const connection of peer.open) connection.rst()
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(10))
  })

  test('a value ends where the decoder says, however it is cut', () => {
    const limits = { maxBytes: 100_000, maxDepth: 10, maxValues: 10_000 }
    fc.assert(
      fc.property(messages, fc.uint8Array({ maxLength: 5 }), (message, behind) => {
        const value = Buffer.from(encodeSafely(message))
        expect(valueEnd(Buffer.concat([value, behind]), limits)).toBe(value.length)
        for (let end = 0; end < value.length; end++)
          expect(valueEnd(value.subarray(0, end), limits)).toBe(undefined)
      }),
      { numRuns: 300 },
    )
  })
})

function encodeSafely(message: unknown): Uint8Array {
  try {
    return encode(message, { ignoreUndefined: true })
  } catch {
    return encode(null)
  }
}
