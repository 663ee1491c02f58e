import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ForwardPeer } from '../packages/handler-fluentd/test/fixtures/forward-peer.js'
import { type Ended, endUnderLoad } from './ending-app.js'

// A signal ends an app that is busy. Whatever the app does with the signal: what it answered is in the log, and it ends
// as it would have without an action log.

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
const BEHAVIOURS = [
  'a listener that closes the server',
  'a listener that exits',
  'a listener that runs once and exits later',
  'a listener that throws',
  'a listener that exits only if it is alone',
  'a listener that removes itself and raises the signal again',
  'all listeners removed',
  'a timer and a pool that never end',
  'a cluster',
]

let folder: string
let logfile: string
let peer: ForwardPeer | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actionlog-signals-'))
  logfile = join(folder, 'action.log')
})
afterEach(async () => {
  await peer?.close()
  peer = undefined
  rmSync(folder, { recursive: true })
})

const idOf = (record: unknown): number => Number(/id=(\d+)/.exec((record as { url: string }).url)?.[1])
const idsIn = (lines: string): Set<number> =>
  new Set(
    lines
      .split('\n')
      .slice(0, -1)
      .map((line) => idOf(JSON.parse(line))),
  )

/** Fails if a request was answered that left no record. */
function expectAll({ answered }: Ended, recorded: Set<number>): void {
  expect(answered.size).toBeGreaterThanOrEqual(300)
  expect([...answered].filter((id) => !recorded.has(id))).toEqual([])
}

describe.each(SIGNALS)('%s under load, where nobody listens to it', (signal) => {
  test('leaves every answered request in the file, and ends the process', async () => {
    const ended = await endUnderLoad({ signal, log: { handlerType: 'file', logfile } })
    expectAll(ended, idsIn(readFileSync(logfile, 'utf8')))
    expect(ended).toMatchObject({ code: null, signal })
  })

  test('leaves every answered request on stdout, and ends the process', async () => {
    const ended = await endUnderLoad({ signal, log: { format: 'json' } })
    expectAll(ended, idsIn(ended.stdout))
    expect(ended).toMatchObject({ code: null, signal })
  })

  test('leaves every answered request at the fluentd server, and ends the process', async () => {
    peer = await ForwardPeer.start()
    const ended = await endUnderLoad({
      signal,
      log: { handlerType: 'fluentd', host: '127.0.0.1', port: peer.port },
    })
    expectAll(ended, new Set(peer.received.map(({ record }) => idOf(record))))
    expect(ended).toMatchObject({ code: null, signal })
  })
})

test('a server that acknowledges nothing delays the end by closeTimeoutMs, and the loss is reported', async () => {
  peer = await ForwardPeer.start({ onMessage: () => {} })
  const log = { handlerType: 'fluentd', host: '127.0.0.1', port: peer.port, closeTimeoutMs: 300 }
  const ended = await endUnderLoad({ signal: 'SIGTERM', log })
  expect(ended).toMatchObject({ code: null, signal: 'SIGTERM' })
  expect(ended.stderr).toMatch(/@actionlog\/handler-fluentd: \d+ records/)
})

describe.each(BEHAVIOURS)('an app with %s', (does) => {
  test('ends as it would have, with every answered request in the file', async () => {
    const signal = 'SIGTERM'
    const bare = await endUnderLoad({ signal, does })
    const ended = await endUnderLoad({ signal, does, log: { handlerType: 'file', logfile } })
    expectAll(ended, idsIn(readFileSync(logfile, 'utf8')))
    expect([ended.code, ended.signal]).toEqual([bare.code, bare.signal])
  })
})

test('an app under node --watch ends as it would have, with every answered request in the file', async () => {
  const bare = await endUnderLoad({ signal: 'SIGTERM', node: ['--watch'] })
  const ended = await endUnderLoad({
    signal: 'SIGTERM',
    node: ['--watch'],
    log: { handlerType: 'file', logfile },
  })
  expectAll(ended, idsIn(readFileSync(logfile, 'utf8')))
  expect([ended.code, ended.signal]).toEqual([bare.code, bare.signal])
})
