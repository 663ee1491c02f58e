import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { networkInterfaces } from 'node:os'
import { IDLE_MS } from '../../dist/dashboard/access.js'
import { type Dashboard, startDashboard } from '../../dist/dashboard/server.js'
import { openClient, postKey } from './client.ts'
import { sampleLog } from './sample-log.ts'
import { openTestLog, type TestLog } from './test-log.ts'

let log: TestLog
let dashboard: Dashboard

beforeEach(async () => {
  log = await openTestLog(sampleLog(20))
  dashboard = await startDashboard({ log, timeZone: 'UTC' })
})

afterEach(async () => {
  vi.useRealTimers()
  await dashboard.close()
  await log.store.close()
})

/** Moves the clock that sessions go by; sockets and timers stay real. */
function passTime(ms: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })
}

test('a session that nobody uses for twelve hours ends, with a sentence', async () => {
  const client = await openClient(dashboard)
  expect(IDLE_MS).toBe(12 * 3_600_000)
  passTime(IDLE_MS + 1_000)
  const { status, text } = await client.ask('summary')
  expect(status).toBe(401)
  expect(JSON.parse(text).error).toBe(
    'This browser has no open session: open the address that the command printed last.',
  )
  passTime(-IDLE_MS)
  expect((await client.ask('summary')).status).toBe(401) // what has ended stays ended
})

test('each use of a session keeps it open', async () => {
  const client = await openClient(dashboard)
  for (let i = 0; i < 3; i++) {
    passTime(IDLE_MS - 60_000)
    expect((await client.ask('summary')).status).toBe(200)
  }
})

test('an open page uses its session, also when nothing is new', async () => {
  const client = await openClient(dashboard)
  const [live] = (await once(
    get(`${client.origin}/api/live`, { headers: { cookie: client.cookie } }),
    'response',
  )) as [IncomingMessage]
  await once(live, 'data')
  passTime(IDLE_MS - 60_000)
  await once(live, 'data') // a sign of life
  passTime(IDLE_MS - 60_000)
  expect((await client.ask('summary')).status).toBe(200)
  live.destroy()
})

test('the end of one session leaves those of other browsers', async () => {
  const early = await openClient(dashboard)
  passTime(IDLE_MS / 2)
  const late = await openClient(dashboard)
  passTime(IDLE_MS / 2 + 1_000)
  expect((await early.ask('summary')).status).toBe(401)
  expect((await late.ask('summary')).status).toBe(200)
})

test('a key that was used opens nothing, and the answer says so', async () => {
  const { origin, hash } = new URL(dashboard.url)
  const key = hash.replace('#key=', '')
  expect((await postKey(origin, key)).status).toBe(204)
  const again = await postKey(origin, key)
  expect(again.status).toBe(403)
  expect(await again.json()).toEqual({
    error: 'This key is wrong or was used before: open the address that the command printed last.',
  })
  expect(again.headers.get('set-cookie')).toBeNull()
})

test('of two browsers that bring the same key at once, one gets in', async () => {
  const { origin, hash } = new URL(dashboard.url)
  const key = hash.replace('#key=', '')
  const statuses = await Promise.all([1, 2, 3, 4].map(async () => (await postKey(origin, key)).status))
  expect(statuses.toSorted()).toEqual([204, 403, 403, 403])
})

test('a restart ends all sessions', async () => {
  const client = await openClient(dashboard)
  const port = Number(new URL(client.origin).port)
  await dashboard.close()
  dashboard = await startDashboard({ log, timeZone: 'UTC', port })
  expect((await client.ask('summary')).status).toBe(401)
})

const [outside] = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .filter(({ internal, family }) => !internal && family === 'IPv4')

test.skipIf(!outside)(
  'on an address that other machines can reach, only the printed key opens it',
  async () => {
    const { address = '' } = outside ?? {}
    const remote = await startDashboard({ log, timeZone: 'UTC', host: address })
    try {
      expect(remote.url).toMatch(new RegExp(`^http://${address.replaceAll('.', '\\.')}:\\d+/#key=`))
      expect((await fetch(`${new URL(remote.url).origin}/api/summary`)).status).toBe(401)
      const client = await openClient(remote)
      expect((await client.ask('summary')).status).toBe(200)
      await expect(fetch(`http://127.0.0.1:${new URL(remote.url).port}/`)).rejects.toThrow() // it listens nowhere else
    } finally {
      await remote.close()
    }
  },
)

test('on all addresses, each answers to its own name alone', async () => {
  const remote = await startDashboard({ log, timeZone: 'UTC', host: '0.0.0.0' })
  try {
    const { port } = new URL(remote.url)
    const addresses = ['127.0.0.1', ...(outside ? [outside.address] : [])]
    for (const address of addresses) {
      expect((await fetch(`http://${address}:${port}/`)).status).toBe(200)
      expect((await fetch(`http://${address}:${port}/api/summary`)).status).toBe(401)
      const [foreign] = (await once(
        get({ host: address, port, headers: { host: `evil.example:${port}` } }),
        'response',
      )) as [IncomingMessage]
      expect(foreign.resume().statusCode).toBe(421)
    }
  } finally {
    await remote.close()
  }
})
