import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EventModes, FluentClient } from '@fluent-org/logger'
import { decode, encode } from '@msgpack/msgpack'
import fluentLogger from 'fluent-logger'
import { ForwardPeer } from './fixtures/forward-peer.js'
import { ids, range } from './fixtures/received.js'
import { pem } from './fixtures/tls.js'

let peer: ForwardPeer
let client: FluentClient | undefined
let sockets: Socket[] = []
afterEach(async () => {
  await client?.shutdown()
  for (const socket of sockets) socket.destroy()
  sockets = []
  await peer.close()
})

function send(count: number, eventMode: `${EventModes}` = 'PackedForward', socket = {}, security = {}) {
  client = new FluentClient('test', {
    eventMode,
    ack: { ackTimeout: 10_000 },
    socket: { host: 'localhost', port: peer.port, timeout: -1, ...socket },
    ...('sharedKey' in security && { security: { clientHostname: 'client', ...security } as never }),
  })
  return Promise.all(range(count).map((id) => (client as FluentClient).emit('label', { id })))
}

async function dial(): Promise<Socket> {
  const socket = connect(peer.port, '127.0.0.1').on('error', () => {})
  sockets.push(socket)
  await once(socket, 'connect')
  return socket
}

/** A message with one record, by hand. */
function message(id: number): Uint8Array {
  return encode(['test', [[1, { id }]], { chunk: `chunk ${id}` }])
}

describe('ForwardPeer', () => {
  test.each(['Message', 'Forward', 'PackedForward', 'CompressedPackedForward'] as const)(
    'takes and acknowledges %s',
    async (mode) => {
      peer = await ForwardPeer.start()
      await send(100, mode)
      expect(ids(peer.received)).toEqual(range(100))
      expect(peer.messages[0]?.content).toMatchObject({ mode, tag: 'test.label' })
      expect(peer.errors).toEqual([])
    },
  )

  test('takes what fluent-logger sends, with nanoseconds', async () => {
    peer = await ForwardPeer.start()
    const sender = fluentLogger.createFluentSender('test', { port: peer.port, requireAckResponse: true })
    const { EventTime } = fluentLogger as unknown as { EventTime: new (sec: number, nsec: number) => never }
    await new Promise<void>((sent, failed) =>
      sender.emit('label', { id: 7 }, new EventTime(12, 34), (error) => (error ? failed(error) : sent())),
    )
    expect(peer.received).toEqual([{ tag: 'test.label', time: 12_000_000_034n, record: { id: 7 } }])
    ;(sender as unknown as { _socket: Socket })._socket.destroy()
  })

  test('listens on a UNIX socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'actionlog-'))
    peer = await ForwardPeer.start({ path: join(folder, 'socket') })
    await send(10, 'PackedForward', { path: peer.options.path })
    expect(ids(peer.received)).toEqual(range(10))
    rmSync(folder, { recursive: true })
  })

  test('speaks TLS, wants a key and a user, and sees the name the client asked for', async () => {
    const tls = { cert: pem('server.crt'), key: pem('server.key'), ca: pem('ca.crt'), requestCert: true }
    peer = await ForwardPeer.start({ tls, security: { sharedKey: 'key', users: { ada: 'secret' } } })
    const own = {
      ca: pem('ca.crt'),
      cert: pem('client.crt'),
      key: pem('client.key'),
      servername: 'localhost',
    }
    await send(10, 'Forward', { tls: own }, { sharedKey: 'key', username: 'ada', password: 'secret' })
    expect(ids(peer.received)).toEqual(range(10))
    expect(peer.connections[0]?.servername).toBe('localhost')
  })

  test('lets nobody in with a wrong key', async () => {
    peer = await ForwardPeer.start({ security: { sharedKey: 'key' } })
    send(1, 'Forward', {}, { sharedKey: 'other' }).catch(() => {})
    await peer.until(() => peer.connections.length === 1 && peer.open.length === 0)
    expect(peer.messages).toEqual([])
  })

  test('greets with the nonce as binary, or as Fluent Bit does, as a text that is none', async () => {
    for (const [nonceAs, head] of [['bin', 0xc4] as const, ['str', 0xd9] as const]) {
      peer = await ForwardPeer.start({ security: { sharedKey: 'key', nonceAs } })
      const [helo] = await once(await dial(), 'data')
      const nonce = helo.indexOf('nonce') + 'nonce'.length
      expect([...helo.subarray(nonce, nonce + 2)]).toEqual([head, 16])
      await peer.close()
    }
  })

  test('acknowledges late, wrongly, in pieces, twice, or never, and takes or swallows', async () => {
    peer = await ForwardPeer.start({ onMessage: () => {} })
    const socket = await dial()
    socket.write(Buffer.concat(range(3).map(message)))
    await peer.until(() => peer.messages.length === 3)
    expect(peer.received).toEqual([])
    const [first, second, third] = peer.messages
    third?.take().ack()
    first?.ack('wrong')
    for (const byte of second?.ackBytes ?? []) second?.connection.write(Buffer.of(byte))
    second?.connection.write('garbage')
    const answers = [encode({ ack: 'chunk 2' }), encode({ ack: 'wrong' }), encode({ ack: 'chunk 1' })]
    const expected = Buffer.concat([...answers, Buffer.from('garbage')])
    let got = Buffer.alloc(0)
    while (got.length < expected.length) got = Buffer.concat([got, ...(await once(socket, 'data'))])
    expect(got).toEqual(expected)
    expect(decode(answers[0] as Uint8Array)).toEqual({ ack: 'chunk 2' })
    expect(ids(peer.received)).toEqual([2])
  })

  test('ends a connection by FIN or RST, after a message or in the middle of one', async () => {
    peer = await ForwardPeer.start()
    peer.options.onMessage = (one) => one.take().connection.fin()
    const finished = await dial()
    finished.resume().write(message(0))
    await once(finished, 'end')

    peer.options.onConnection = (connection) => connection.socket.once('data', () => connection.rst())
    const reset = await dial()
    reset.resume().write(message(1).subarray(0, 5))
    const [error] = await once(reset, 'error')
    expect(error.code).toBe('ECONNRESET')
    await peer.until(() => peer.open.length === 0)
    expect(ids(peer.received)).toEqual([0])
    expect(peer.errors).toEqual([])
  })

  test('reads nothing until it is to go on', async () => {
    peer = await ForwardPeer.start({ onConnection: (connection) => connection.pause() })
    const socket = await dial()
    await peer.until(() => peer.open.length === 1)
    while (socket.write(encode(['test', [[1, { id: 0, pad: 'x'.repeat(1_000_000) }]]])));
    expect(peer.connections[0]?.bytes).toBe(0)
    peer.connections[0]?.resume()
    await peer.until(() => peer.received.length > 0)
  })

  test('keeps what is against the protocol as an error: a text that is no UTF-8, a wrong size, no map', async () => {
    peer = await ForwardPeer.start()
    const wrong = [
      ['test', [[1, { text: Buffer.of(0xed, 0xa0, 0x80) }]]],
      ['test', [[1, {}]], { size: 2 }],
      ['test', [[1, []]]],
      ['test', [['now', {}]]],
      'test',
    ]
    for (const value of wrong) (await dial()).write(encode(value))
    await peer.until(() => peer.errors.length === wrong.length)
    expect(peer.received).toEqual([])
  })

  test('listens again on the same port', async () => {
    peer = await ForwardPeer.start()
    const { port } = peer
    await dial()
    await peer.close()
    await expect(dial()).rejects.toThrow('ECONNREFUSED')
    await peer.listen()
    await dial()
    expect(peer.port).toBe(port)
  })
})
