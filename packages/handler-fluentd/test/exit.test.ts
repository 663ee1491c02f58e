import { ForwardPeer } from './fixtures/forward-peer.js'
import { freePort } from './fixtures/free-port.js'
import { ids, range } from './fixtures/received.js'
import { runScenario } from './fixtures/run-scenario.js'

let peer: ForwardPeer
beforeEach(async () => {
  peer = await ForwardPeer.start()
})
afterEach(() => peer.close())

describe('fluentdHandler: the end of the process', () => {
  test.each([
    ['close()', 0],
    ['close() and process.exit()', 3],
    ['natural end', 0],
  ])('%s: all records arrive, and the process ends by itself', async (scenario, exitCode) => {
    const { code, account, said } = await runScenario(scenario, { port: peer.port })
    expect(ids(peer.received)).toEqual(range(1_000))
    expect(account).toEqual({ emitted: 1_000, delivered: 1_000, dropped: 0, pending: 0 })
    expect(said).toHaveLength(1)
    expect(code).toBe(exitCode)
  })

  test('SIGTERM and close(): all records arrive, and the process ends by itself', async () => {
    const { code, account } = await runScenario('SIGTERM and close()', { port: peer.port })
    expect(account).toMatchObject({ delivered: peer.received.length, dropped: 0, pending: 0 })
    expect(ids(peer.received)).toEqual(range(account?.emitted as number))
    expect(code).toBe(0)
  })

  test.each([
    ['process.exit()', 3, 1_000],
    ['process.exit() while sending', 3, 2_000],
    ['exit listener', 3, 2_000],
    ['uncaught exception', 1, 2_000],
  ])('%s without a spool: what does not arrive is reported', async (scenario, exitCode, emitted) => {
    const { code, reportedDrops } = await runScenario(scenario, { port: peer.port })
    expect(code).toBe(exitCode)
    // what had arrived, and was not yet acknowledged, counts as dropped too
    expect(reportedDrops).toBeGreaterThanOrEqual(emitted - peer.received.length)
    expect(ids(peer.received)).toEqual(range(peer.received.length))
  })

  test.each<[string, (peer: ForwardPeer) => Promise<void> | void]>([
    ['is not there', (one) => one.close()],
    ['says nothing', (one) => void (one.options.onMessage = () => {})],
    ['does not read', (one) => void (one.options.onConnection = (connection) => connection.pause())],
  ])(
    'a server that %s: close() and a natural end are over in time, and the drops are reported',
    async (_, act) => {
      await act(peer)
      for (const scenario of ['close()', 'natural end']) {
        const { code, account, reportedDrops } = await runScenario(scenario, {
          port: peer.port,
          closeTimeoutMs: 200,
        })
        expect(code).toBe(0)
        expect(account?.emitted).toBe(1_000)
        expect(reportedDrops).toBe(1_000)
      }
    },
  )
})

describe('fluentdHandler: a server that never comes up', () => {
  test('a million records: memory is bounded, all drops are counted and reported, and the process ends', async () => {
    const options = { port: await freePort(), maxBufferBytes: 16 * 1_048_576, closeTimeoutMs: 100 }
    const { code, account, said, reportedDrops } = await runScenario('a million', options)
    expect(account).toEqual({ emitted: 1_000_000, delivered: 0, dropped: 1_000_000, pending: 0 })
    expect(reportedDrops).toBe(1_000_000)
    const { rss } = said.find((line) => 'rss' in line) as { rss: number }
    expect(rss).toBeLessThan(250 * 1_048_576) // of which Node itself takes a good third
    expect(code).toBe(0)
  })
})
