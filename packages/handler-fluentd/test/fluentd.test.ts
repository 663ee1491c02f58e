import { once } from 'node:events'
import { connect } from 'node:net'
import { FluentClient } from '@fluent-org/logger'
import { Fluentd, missing } from './fixtures/fluentd.js'
import { ids, range } from './fixtures/received.js'
import { pem } from './fixtures/tls.js'

describe('the fluentd of these tests', () => {
  if (missing) return test.skip(`not run: ${missing}`)

  let fluentd: Fluentd
  let client: FluentClient
  afterEach(async () => {
    await client.shutdown()
    await fluentd.end()
  })

  /** Sends records in one message, and waits until they are acknowledged. */
  function send(count: number, socket: object = {}, security?: object): Promise<unknown> {
    client = new FluentClient('test', {
      ack: { ackTimeout: 10_000 },
      flushInterval: 1,
      socket: { host: 'localhost', port: fluentd.port, timeout: -1, reconnect: { maxDelay: 500 }, ...socket },
      ...(security && { security: { clientHostname: 'client', ...security } as never }),
    })
    return Promise.all(range(count).map((id) => client.emit('label', { id })))
  }

  test('has written down what it acknowledged, also when it is killed then, and starts again', async () => {
    fluentd = await Fluentd.start()
    for (const round of [1, 2]) {
      await send(100)
      await fluentd.kill()
      expect(ids(fluentd.records())).toEqual(Array.from({ length: round }, () => range(100)).flat())
      await fluentd.start()
      await client.shutdown()
    }
    expect(fluentd.records()[0]).toMatchObject({ tag: 'test.label', time: expect.any(BigInt) })
  })

  test('holds, and goes on', async () => {
    fluentd = await Fluentd.start()
    fluentd.stop()
    const sent = send(100)
    const probe = connect(fluentd.port, '127.0.0.1')
    await once(probe, 'connect') // the kernel's doing
    probe.destroy()
    expect(fluentd.records()).toEqual([])
    fluentd.cont()
    await sent
    expect(ids(fluentd.records())).toEqual(range(100))
  })

  test('wants TLS, a client certificate, a shared key and a user', async () => {
    const sharedKey = 'key'
    fluentd = await Fluentd.start({ tls: 'client', sharedKey, users: { ada: 'secret' } })
    const tls = { ca: pem('ca.crt'), cert: pem('client.crt'), key: pem('client.key') }
    await send(10, { tls }, { sharedKey, username: 'ada', password: 'secret' })
    expect(ids(fluentd.records())).toEqual(range(10))
  })

  test('refuses a wrong key until it is started with that', async () => {
    fluentd = await Fluentd.start({ sharedKey: 'other' })
    void send(1, {}, { sharedKey: 'key' }).catch(() => {})
    await fluentd.logged('Shared key mismatch')
    await client.shutdown()
    await fluentd.kill()
    await fluentd.start({ sharedKey: 'key' })
    await send(1, {}, { sharedKey: 'key' })
    expect(ids(fluentd.records())).toEqual([0])
  })

  test('swallows a message larger than its chunk_size_limit', async () => {
    fluentd = await Fluentd.start({ chunkSizeLimit: 1_000 })
    void send(1_000).catch(() => {})
    await fluentd.logged('larger than')
    expect(fluentd.records()).toEqual([])
  })

  test('takes nothing of a message when its buffer is full, and resets the connection', async () => {
    fluentd = await Fluentd.start({ bufferBytes: 4_000 })
    await send(1_000)
    await client.shutdown()
    void send(1_000).catch(() => {})
    await fluentd.logged('BufferOverflowError')
    expect(ids(fluentd.records())).toEqual(range(1_000))
  })
})
