import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { tagger } from '../src/message/tag.js'
import { ForwardPeer } from './fixtures/forward-peer.js'
import { ids, range } from './fixtures/received.js'
import { Subject } from './fixtures/subject.js'
import { pem, type TlsFile, tlsFile } from './fixtures/tls.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
const MIB = 1_048_576

/** Bytes that cannot be collected, of the heap and of buffers. */
function usedBytes(): number {
  for (const _ of range(3)) collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

describe('fluentdHandler: flush() by many callers', () => {
  test('does not make batches smaller, and ends for all of them', async () => {
    const peer = await ForwardPeer.start()
    const subject = new Subject({ port: peer.port })
    await Promise.all(
      range(8_000).map((id) => {
        subject.emit(id, id + 1)
        return subject.handler.flush()
      }),
    )
    expect(ids(peer.received)).toEqual(range(8_000))
    expect(subject.stats()).toEqual({ emitted: 8_000, delivered: 8_000, dropped: 0, pending: 0 })
    expect(peer.messages.length).toBeLessThan(100)
    await peer.close()
  })

  test('does not connect for each call while the server fails', async () => {
    const peer = await ForwardPeer.start({ onConnection: (connection) => connection.rst() })
    const subject = new Subject({
      port: peer.port,
      reconnectDelayMs: 60_000,
      reconnectMaxDelayMs: 60_000,
      closeTimeoutMs: 0,
    })
    subject.emit(0, 1)
    await subject.reported('127.0.0.1')
    for (const _ of range(1_000)) {
      void subject.handler.flush()
      await new Promise(setImmediate)
    }
    expect(peer.connections).toHaveLength(1)
    await subject.handler.close()
    await peer.close()
  })

  test('holds no memory for each call while the server is silent', async () => {
    const peer = await ForwardPeer.start({ onMessage: () => {} })
    const subject = new Subject({ port: peer.port, closeTimeoutMs: 0 })
    for (const id of range(2_000)) subject.handler.emit({ time: 0, label_name: `label ${id}`, id })
    await peer.until(() => peer.messages.length > 0)
    const before = usedBytes()
    const flushes = range(4_000).map(() => subject.handler.flush())
    expect(usedBytes() - before).toBeLessThan(16 * MIB) // a list of all chunks for each would be 64 MB and more
    await subject.handler.close()
    await Promise.all(flushes)
    await peer.close()
  })
})

describe('fluentdHandler: close() without an acknowledgement', () => {
  test('releases the memory of all records', async () => {
    const peer = await ForwardPeer.start({ onMessage: () => {} })
    const before = usedBytes()
    const subject = new Subject({ port: peer.port, closeTimeoutMs: 200 })
    subject.emit(0, 30_000, { pad: 'x'.repeat(1_000) })
    await peer.until(() => peer.messages.length > 0)
    await subject.handler.close()
    expect(subject.stats()).toEqual({ emitted: 30_000, delivered: 0, dropped: 30_000, pending: 0 })
    await peer.close()
    peer.messages.length = peer.connections.length = 0
    await vi.waitFor(() => assert.isBelow(usedBytes() - before, 12 * MIB), 60_000)
  })
})

describe('fluentdHandler: 50,000 labels and no acknowledgement', () => {
  test('all arrive once the server acknowledges', async () => {
    let isSilent = true
    const peer = await ForwardPeer.start({ onMessage: (message) => void (isSilent || message.take().ack()) })
    const subject = new Subject({ port: peer.port, ackTimeoutMs: 300 })
    for (const id of range(50_000)) subject.handler.emit({ time: 0, label_name: `label-${id}`, id })
    await subject.reported('acknowledged nothing within 300 ms')
    isSilent = false
    await subject.handler.flush()
    expect(new Set(ids(peer.received)).size).toBe(50_000)
    expect(subject.stats()).toMatchObject({ delivered: 50_000, dropped: 0 })
    await peer.close()
  })
})

describe('fluentdHandler: a server that holds acknowledgements back until more records come', () => {
  test('gets more as soon as it has acknowledged some', async () => {
    const peer = await ForwardPeer.start({
      onMessage: (message) => {
        message.take()
        if (message.index === 0) message.ack()
      },
    })
    const subject = new Subject({ port: peer.port })
    for (const id of range(200)) subject.handler.emit({ time: 0, label_name: `label-${id}`, id })
    await peer.until(() => peer.messages.length > 64)
    peer.options.onMessage = (message) => void message.take().ack()
    for (const message of peer.messages) message.ack()
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(200))
    expect(peer.connections).toHaveLength(1)
    expect(subject.stats()).toMatchObject({ delivered: 200, dropped: 0 })
    await peer.close()
  })
})

describe('fluentdHandler: a server that always acknowledges later than ackTimeoutMs', () => {
  test('is given more time: all records are delivered, and none is sent again and again', async () => {
    const peer = await ForwardPeer.start({
      onMessage: (message) => {
        message.take()
        setTimeout(() => message.ack(), 750)
      },
    })
    const subject = new Subject({ port: peer.port, ackTimeoutMs: 500 })
    subject.emit(0, 5)
    await subject.handler.flush()
    expect(subject.stats()).toMatchObject({ delivered: 5, dropped: 0 })
    expect(peer.received.length).toBeLessThanOrEqual(3 * 5)
    await peer.close()
  })
})

describe('fluentdHandler: labels', () => {
  test('are not kept in memory, and neither are the texts that they were cut from', () => {
    const before = usedBytes()
    const tagOf = tagger('app')
    for (const id of range(999)) tagOf(`${id} ${'x'.repeat(200_000)}`)
    for (const id of range(999)) tagOf(`${id} ${'x'.repeat(200_000)}`.slice(0, 100))
    expect(usedBytes() - before).toBeLessThan(8 * MIB)
    expect(tagOf('line').name).toBe('app.line')
  })
})

describe('fluentdHandler: certificates that are renewed', () => {
  test('are used for the next connection, without a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'actionlog-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const install = (ca: TlsFile): void => copyFileSync(tlsFile(ca), join(folder, 'ca.crt'))
    const tls = { cert: pem('server.crt'), key: pem('server.key') }
    const peer = await ForwardPeer.start({ tls })
    install('foreign-ca.crt')
    const subject = new Subject({ port: peer.port, tls: { ca: join(folder, 'ca.crt') } })
    subject.emit(0, 10)
    await subject.reported('certificate')
    rmSync(join(folder, 'ca.crt'))
    await subject.reported('options.tls.ca cannot be read')
    install('ca.crt')
    await subject.handler.flush()
    expect(ids(peer.received)).toEqual(range(10))
    await peer.close()
  })
})
