import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { get, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Dashboard, isLoopback, startDashboard } from '../../dist/dashboard/server.js'
import { sampleLog } from './sample-log.ts'
import { openTestLog, type TestLog } from './test-log.ts'

const folder = mkdtempSync(join(tmpdir(), 'actionlog-dashboard-'))
const selfLog = join(folder, 'self.log')
let log: TestLog
let dashboard: Dashboard
let origin: string
let cookie: string

beforeAll(async () => {
  log = await openTestLog(sampleLog(200))
  dashboard = await startDashboard({ log, timeZone: 'UTC', selfLog })
  origin = new URL(dashboard.url).origin
  cookie = await openSession(dashboard)
})

afterAll(async () => {
  await dashboard.close()
  await log.store.close()
  rmSync(folder, { recursive: true })
})

/** Exchanges the dashboard's key for the cookie. */
async function openSession({ url }: Dashboard): Promise<string> {
  const { origin, hash } = new URL(url)
  const response = await postKey(origin, hash.replace('#key=', ''))
  expect(response.status).toBe(204)
  return String(response.headers.get('set-cookie')).split(';')[0] as string
}

function postKey(origin: string, key: unknown): Promise<Response> {
  return fetch(`${origin}/session`, { method: 'POST', body: JSON.stringify({ key }) })
}

/** Asks with headers that `fetch` would not let us choose. */
async function answerTo(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string; response: IncomingMessage }> {
  const [response] = (await once(get(`${origin}${path}`, { headers }), 'response')) as [IncomingMessage]
  let body = ''
  for await (const chunk of response) body += chunk
  return { status: response.statusCode ?? 0, body, response }
}

const ask = (
  name: string,
  query: Record<string, unknown> = {},
  headers = {},
): ReturnType<typeof answerTo> => {
  const params = Object.entries(query).map(([key, value]) => [key, JSON.stringify(value)] as [string, string])
  return answerTo(`/api/${name}?${new URLSearchParams(params)}`, { cookie, ...headers })
}

describe('who may look', () => {
  test('a key opens one session, in a cookie that scripts and other sites cannot use', async () => {
    const key = new URL(dashboard.url).hash.replace('#key=', '')
    const response = await postKey(origin, key)
    expect(response.headers.get('set-cookie')).toMatch(
      /^actionlog_[0-9a-f]{12}=[\w-]{43}; path=\/; samesite=strict; httponly$/,
    )
    expect((await postKey(origin, key)).status).toBe(403)
    expect(dashboard.url).not.toContain(key)
  })

  test.each([['wrong'], [''], [null], [12], [{}]])('the key %j opens nothing', async (key) => {
    const response = await postKey(origin, key)
    expect(response.status).toBe(403)
    expect(response.headers.get('set-cookie')).toBeNull()
  })

  test('a body that is no small object in JSON is refused', async () => {
    for (const body of ['', '[', 'null', 'x'.repeat(2_000)])
      expect((await fetch(`${origin}/session`, { method: 'POST', body })).status).toBe(400)
  })

  test.each(['start', 'live', 'summary', 'views', 'nothing'])(
    'without the cookie, /api/%s is refused',
    async (name) => {
      expect((await answerTo(`/api/${name}`)).status).toBe(401)
      expect((await answerTo(`/api/${name}`, { cookie: cookie.slice(0, -1) })).status).toBe(401)
    },
  )

  test('the cookie of one run opens no other', async () => {
    const other = await startDashboard({ log, timeZone: 'UTC' })
    try {
      const response = await fetch(`${new URL(other.url).origin}/api/start`, { headers: { cookie } })
      expect(response.status).toBe(401)
    } finally {
      await other.close()
    }
  })

  test.each([['evil.example'], ['127.0.0.1'], ['127.0.0.1:1'], ['localhost.evil.example'], ['[::1]:80']])(
    'the host %j is refused',
    async (host) => {
      expect((await answerTo('/', { host })).status).toBe(421)
      expect((await ask('summary', {}, { host })).status).toBe(421)
    },
  )

  test('localhost is another name of the dashboard', async () => {
    const host = `localhost:${new URL(origin).port}`
    expect((await answerTo('/', { host })).status).toBe(200)
  })

  test.each([
    [{ origin: 'http://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'http://localhost:1' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
  ])('a request of another site is refused: %j', async (headers) => {
    const { status, response } = await ask('summary', {}, headers)
    expect(status).toBe(403)
    expect(response.headers['access-control-allow-origin']).toBeUndefined()
  })

  test('a link on another site may lead to the page, which holds no data', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
    expect((await answerTo('/', headers)).status).toBe(200)
    expect((await answerTo('/', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })

  test.each(['/', '/api/start', '/nothing', '/assets/../../package.json', '/..%2f..%2fpackage.json'])(
    '%s has the headers that keep a page from running anything else',
    async (path) => {
      const { response } = await answerTo(path)
      const policy = String(response.headers['content-security-policy'])
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'")
      expect(policy).not.toContain('unsafe')
      expect(response.headers['x-content-type-options']).toBe('nosniff')
      expect(response.headers['referrer-policy']).toBe('no-referrer')
    },
  )

  test.each([
    '/nothing',
    '/assets/../../package.json',
    '/..%2f..%2fpackage.json',
    '/%00',
    '/dashboard/app.js',
  ])('%s is not there', async (path) => {
    expect((await answerTo(path)).status).toBe(404)
  })

  test.each([
    ['127.0.0.1', true],
    ['127.8.0.1', true],
    ['::1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.0.2.1', false],
    ['localhost.example', false],
    ['127.0.0.1.example', false],
  ])('%s is loopback: %j', (host, expected) => {
    expect(isLoopback(host)).toBe(expected)
  })
})

describe('questions', () => {
  test('a wrong scope or option is 400, with what is wrong', async () => {
    const messages: Record<string, string> = {}
    const wrong: Record<string, Record<string, unknown>> = {
      zone: { scope: { timeZone: 'Mars/Base' } },
      where: { scope: { where: '1=1' } },
      list: { scope: { view: 'GET /' } },
      limit: { options: { limit: -1 } },
      many: { options: { limit: 1e9 } },
      field: { options: { __proto__: null, toString: 1 } },
      array: { scope: [] },
    }
    for (const [name, query] of Object.entries(wrong)) {
      const { status, body } = await ask('slowest', query)
      expect(status).toBe(400)
      messages[name] = JSON.parse(body).error
    }
    expect(messages).toEqual({
      zone: 'scope.timeZone must be a time zone such as Europe/Berlin, got "Mars/Base"',
      where: expect.stringContaining('scope has no field "where"; it has from, until, timeZone, view'),
      list: 'scope.view must be a list of at most 100 texts',
      limit: 'options.limit must be a whole number from 0 to 1000, got -1',
      many: 'options.limit must be a whole number from 0 to 1000, got 1000000000',
      field: 'options has no field "toString"; it has limit, perView, min, max',
      array: 'scope must be an object, got []',
    })
  })

  test('JSON that is none, and a parameter given twice, are 400', async () => {
    expect((await answerTo('/api/summary?scope={', { cookie })).status).toBe(400)
    expect((await answerTo('/api/summary?scope={}&scope={}', { cookie })).status).toBe(400)
  })
})

describe('live', () => {
  test('tells at once what is there, and within a second what comes', async () => {
    const [response] = (await once(get(`${origin}/api/live`, { headers: { cookie } }), 'response')) as [
      IncomingMessage,
    ]
    expect(response.headers['content-type']).toBe('text/event-stream')
    response.setEncoding('utf8')
    const before = await nextProgress(response)
    expect(before.requests).toBe(200)
    await log.add(sampleLog(3).map((record) => ({ ...record, time: '2026-11-22T12:00:00.000Z' })))
    const after = await nextProgress(response)
    expect(after).toMatchObject({ requests: 203, last: Date.parse('2026-11-22T12:00:00.000Z') })
    response.destroy()
  })

  async function nextProgress(response: IncomingMessage): Promise<Record<string, unknown>> {
    const [event] = (await once(response, 'data')) as [string]
    return JSON.parse(event.replace(/^data: /, ''))
  }
})

test('the requests of the page leave an action log of their own', async () => {
  await ask('nothing')
  await expect
    .poll(() => (existsSync(selfLog) ? readFileSync(selfLog, 'utf8') : ''))
    .toContain('"url":"/api/nothing')
  const records = readFileSync(selfLog, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const views = new Set(records.map(({ view_name }) => view_name))
  expect(views).toContain('POST /session')
  expect(views).toContain('GET /api/slowest')
  expect(readFileSync(selfLog, 'utf8')).not.toContain(cookie.split('=')[1])
})

test('close() ends the events of open pages', async () => {
  const other = await startDashboard({ log, timeZone: 'UTC' })
  const own = await openSession(other)
  const live = request(`${new URL(other.url).origin}/api/live`, { headers: { cookie: own } }).end()
  live.on('error', () => {})
  const [response] = (await once(live, 'response')) as [IncomingMessage]
  response.on('error', () => {}) // the connection ends in the middle
  const closed = new Promise((resolve) => response.on('close', resolve))
  await other.close()
  await closed
})
