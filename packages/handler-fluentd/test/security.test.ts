import { createPrivateKey } from 'node:crypto'
import type { TlsOptions } from 'node:tls'
import { Fluentd, missing } from './fixtures/fluentd.js'
import type { FluentdOptions } from './fixtures/fluentd-conf.js'
import { ForwardPeer, type PeerOptions } from './fixtures/forward-peer.js'
import { ids, range } from './fixtures/received.js'
import { Subject } from './fixtures/subject.js'
import { pem, tlsFile } from './fixtures/tls.js'

const sharedKey = 'a key of 20 letters!'
const user = { username: 'ada', password: 'a secret of Ada' }
const users = { ada: user.password }
const serverTls: TlsOptions = { cert: pem('server.crt'), key: pem('server.key') }
const clientTls: TlsOptions = { ...serverTls, ca: pem('ca.crt'), requestCert: true }
const ca = pem('ca.crt')

async function expectDelivered(subject: Subject, sink: { received(): number[] }): Promise<void> {
  await subject.handler.flush()
  expect(sink.received()).toEqual(range(10))
  expect(subject.stats()).toEqual({ emitted: 10, delivered: 10, dropped: 0, pending: 0 })
}

/** The records wait, and the reason is reported without a secret. */
async function expectWaiting(subject: Subject, reason: string): Promise<void> {
  await subject.reported(reason)
  expect(subject.stats()).toEqual({ emitted: 10, delivered: 0, dropped: 0, pending: 10 })
  for (const secret of [sharedKey, user.password, 'PRIVATE KEY']) {
    expect(subject.messages.join()).not.toContain(secret)
  }
}

describe('fluentdHandler: the handshake', () => {
  let peer: ForwardPeer
  afterEach(() => peer.close())

  async function start(options: PeerOptions, own: object): Promise<Subject> {
    peer = await ForwardPeer.start(options)
    const subject = new Subject({ port: peer.port, ...own })
    subject.emit(0, 10)
    return subject
  }
  const sink = { received: () => ids(peer.received) }

  test.each([
    ['a shared key', { sharedKey }, { sharedKey }],
    [
      'a nonce that is no text, as Fluent Bit sends it',
      { sharedKey, nonceAs: 'str' as const },
      { sharedKey },
    ],
    ['a user', { sharedKey, users }, { sharedKey, ...user }],
    ['a user that the server does not ask for', { sharedKey }, { sharedKey, ...user }],
    ['a key beyond ASCII', { sharedKey: 'Schlüssel 🔑' }, { sharedKey: 'Schlüssel 🔑' }],
  ])('%s', async (_, security, own) => {
    await expectDelivered(await start({ security }, own), sink)
    expect(peer.errors).toEqual([])
  })

  test.each<[string, PeerOptions['security'], object, string]>([
    ['a wrong key', { sharedKey }, { sharedKey: 'other' }, 'shared_key mismatch'],
    ['a wrong password', { sharedKey, users }, { sharedKey, ...user, password: 'x' }, 'mismatch'],
    ['no user where one is wanted', { sharedKey, users }, { sharedKey }, 'mismatch'],
    ['no key where one is wanted', { sharedKey }, {}, 'options.sharedKey'],
    [
      'a server that does not know the key itself',
      { sharedKey, pong: (pong) => [...pong.slice(0, 4), 'f'.repeat(128)] },
      { sharedKey },
      'options.sharedKey',
    ],
  ])(
    '%s: records wait, the reason is reported, and all arrive when it is corrected',
    async (_, security, own, reason) => {
      const subject = await start({ security }, own)
      await expectWaiting(subject, reason)
      expect(peer.received).toEqual([])
      const right = { sharedKey: 'sharedKey' in own ? (own.sharedKey as string) : '' }
      peer.options.security = right.sharedKey ? right : undefined
      await expectDelivered(subject, sink)
    },
  )

  test.each<[string, PeerOptions['security']]>([
    ['says nothing, though a key is set', undefined],
    ['never answers the PING', { sharedKey, pong: () => undefined }],
  ])(
    'a server that %s: records wait, the reason is reported, and all arrive when the server is corrected',
    async (_, security) => {
      const subject = await start({ security }, { sharedKey, connectTimeoutMs: 100 })
      await expectWaiting(subject, '100 ms')
      peer.options.security = { sharedKey }
      await expectDelivered(subject, sink)
    },
  )

  test.each([
    ['garbage', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['nothing but FIN', ''],
  ])('%s instead: records wait, and all arrive when the server is corrected', async (_, text) => {
    const subject = await start(
      {
        onConnection: (connection) => {
          if (text) connection.write(text)
          connection.fin()
        },
      },
      { sharedKey },
    )
    await subject.reported('127.0.0.1')
    peer.options.onConnection = undefined
    peer.options.security = { sharedKey }
    await expectDelivered(subject, sink)
  })
})

describe('fluentdHandler: TLS', () => {
  let peer: ForwardPeer
  afterEach(() => peer.close())

  async function start(tls: TlsOptions, own: object): Promise<Subject> {
    peer = await ForwardPeer.start({ tls })
    const subject = new Subject({ port: peer.port, ...own })
    subject.emit(0, 10)
    return subject
  }
  const sink = { received: () => ids(peer.received) }
  const encrypted = createPrivateKey(pem('client.key')).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'pass phrase',
  })

  test.each<[string, TlsOptions, object]>([
    ['a CA as text', serverTls, { ca }],
    ['a CA as a file', serverTls, { ca: tlsFile('ca.crt') }],
    ['a client certificate', clientTls, { ca, cert: pem('client.crt'), key: pem('client.key') }],
    [
      'a client certificate in files',
      clientTls,
      { ca, cert: tlsFile('client.crt'), key: tlsFile('client.key') },
    ],
    [
      'an encrypted key',
      clientTls,
      { ca, cert: pem('client.crt'), key: encrypted as string, passphrase: 'pass phrase' },
    ],
  ])('%s', async (_, tls, own) => {
    await expectDelivered(await start(tls, { tls: own }), sink)
  })

  test('the host’s name is asked for, or servername', async () => {
    await expectDelivered(await start(serverTls, { host: 'localhost', tls: { ca } }), sink)
    expect(peer.connections[0]?.servername).toBe('localhost')
    await peer.close()
    await expectDelivered(await start(serverTls, { tls: { ca, servername: 'localhost' } }), sink)
    expect(peer.connections[0]?.servername).toBe('localhost')
  })

  test.each<[string, TlsOptions, object, string]>([
    ['an unknown CA', serverTls, { tls: true }, 'certificate'],
    ['a wrong CA', serverTls, { tls: { ca: pem('foreign-ca.crt') } }, 'certificate'],
    [
      'a certificate for another name',
      serverTls,
      { tls: { ca, servername: 'other.example' } },
      'other.example',
    ],
    ['no client certificate where one is wanted', clientTls, { tls: { ca } }, 'the TLS connection failed: '],
    ['no TLS where it is wanted', serverTls, {}, '127.0.0.1'],
  ])(
    '%s: records wait and the reason is reported; close() drops them and reports it',
    async (_, tls, own, reason) => {
      const subject = await start(tls, { ...own, closeTimeoutMs: 100 })
      await expectWaiting(subject, reason)
      await subject.handler.close()
      expect(peer.messages).toEqual([])
      expect(subject.stats()).toEqual({ emitted: 10, delivered: 0, dropped: 10, pending: 0 })
      expect(subject.reportedDrops).toBe(10)
    },
  )

  test('a server without TLS: records wait, and the reason is reported', async () => {
    peer = await ForwardPeer.start()
    const subject = new Subject({ port: peer.port, tls: { ca }, connectTimeoutMs: 200, closeTimeoutMs: 0 })
    subject.emit(0, 10)
    await expectWaiting(subject, '127.0.0.1')
  })
})

describe('fluentdHandler: a real fluentd with <security>', () => {
  if (missing) return test.skip(`not run: ${missing}`)

  let fluentd: Fluentd
  afterEach(() => fluentd.end())

  async function start(options: FluentdOptions, own: object): Promise<Subject> {
    fluentd = await Fluentd.start(options)
    const subject = new Subject({ port: fluentd.port, connectTimeoutMs: 1_000, ...own })
    subject.emit(0, 10)
    return subject
  }
  const sink = { received: () => ids(fluentd.records()) }

  test('a shared key, a user, TLS and a client certificate', async () => {
    const tls = { ca, cert: pem('client.crt'), key: pem('client.key') }
    const subject = await start(
      { sharedKey: 'key', users, tls: 'client' },
      { sharedKey: 'key', ...user, tls, host: 'localhost' },
    )
    await expectDelivered(subject, sink)
  })

  test.each<[string, FluentdOptions, object, string, FluentdOptions]>([
    [
      'a wrong key',
      { sharedKey: 'other' },
      { sharedKey: 'key' },
      'shared_key mismatch',
      { sharedKey: 'key' },
    ],
    [
      'a wrong password',
      { sharedKey: 'key', users: { ada: 'other' } },
      { sharedKey: 'key', ...user },
      'username/password mismatch',
      { sharedKey: 'key', users },
    ],
    ['no key where one is wanted', { sharedKey: 'key' }, {}, 'options.sharedKey', {}],
    ['a key where none is wanted', {}, { sharedKey: 'key' }, 'options.sharedKey', { sharedKey: 'key' }],
  ])('%s: records wait, and arrive when the server is corrected', async (_, options, own, reason, right) => {
    const subject = await start(options, own)
    await expectWaiting(subject, reason)
    await fluentd.kill()
    await fluentd.start(right)
    await expectDelivered(subject, sink)
  })

  test('a wrong CA: records wait, the reason is reported, and nothing arrives', async () => {
    const subject = await start({ tls: true }, { tls: { ca: pem('foreign-ca.crt') }, closeTimeoutMs: 0 })
    await expectWaiting(subject, 'certificate')
    expect(fluentd.records()).toEqual([])
  })
})
