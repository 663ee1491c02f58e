import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readFieldMap } from '../../dist/input/read-field-map.js'
import { folderWith, runCli } from '../run-cli.js'
import { loadAll, logFolder } from './loaded-log.js'

let folder: ReturnType<typeof logFolder>
beforeEach(() => {
  folder = logFolder()
})
afterEach(() => folder.remove())

const TIME = Date.parse('2026-11-26T09:00:00.250Z')
const line = (object: object) => `${JSON.stringify(object)}\n`
const loadWith = (map: string, ...objects: object[]) =>
  loadAll([folder.write('other.log', objects.map(line).join(''))], { map: readFieldMap(map) })

const PINO = {
  level: 50,
  time: TIME,
  pid: 1,
  hostname: 'web',
  req: {
    id: 7,
    method: 'GET',
    url: '/posts/42?page=2',
    headers: { 'user-agent': 'curl/8.5.0' },
    remoteAddress: '::1',
  },
  res: { statusCode: 500 },
  err: { type: 'TypeError', message: 'no such post', stack: 'TypeError: no such post\n    at posts.js:1:2' },
  responseTime: 12.5,
  msg: 'request errored',
}
const NGINX = {
  time_iso8601: '2026-11-26T18:00:00+09:00',
  request_method: 'POST',
  request_uri: '/orders/f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
  status: '201',
  remote_user: '-',
  remote_addr: '10.0.0.1',
  http_user_agent: 'curl/8.5.0',
  request_time: '0.125',
}
const CADDY = {
  level: 'info',
  ts: TIME / 1_000,
  logger: 'http.log.access',
  request: {
    client_ip: '10.0.0.2',
    method: 'GET',
    uri: '/posts',
    headers: { 'User-Agent': ['curl/8.5.0'] },
  },
  user_id: 'ada',
  duration: 0.0125,
  status: 404,
}

describe('a preset reads', () => {
  test('pino-http, with its errors', async () => {
    const { counts, requests } = await loadWith('pino-http', PINO)
    expect(counts).toMatchObject({ requests: 1, labelled: 0, rejected: 0 })
    expect(requests[0]).toMatchObject({
      time: TIME,
      request_id: '7',
      method: 'GET',
      url: '/posts/42?page=2',
      view_name: 'GET /posts/:id',
      status_code: 500,
      user: null,
      remote_ip: '::1',
      user_agent: 'curl/8.5.0',
      sql_count: 0,
      total_time: 12.5,
      ex_type: 'TypeError',
      ex_message: 'no such post',
    })
  })

  test('nginx, whose numbers are texts and whose durations are seconds', async () => {
    const { requests } = await loadWith('nginx', NGINX, {
      time_local: '26/Nov/2026:09:00:00 +0000',
      request: 'GET /a/7 HTTP/1.1',
      status: 200,
      request_time: 1,
    })
    expect(requests[0]).toMatchObject({
      time: Date.parse('2026-11-26T09:00:00Z'),
      method: 'POST',
      view_name: 'POST /orders/:id',
      status_code: 201,
      user: null,
      total_time: 125,
    })
    expect(requests[1]).toMatchObject({
      method: 'GET',
      url: '/a/7',
      view_name: 'GET /a/:id',
      total_time: 1_000,
    })
  })

  test('caddy, whose headers are lists', async () => {
    const { requests } = await loadWith('caddy', CADDY)
    expect(requests[0]).toMatchObject({
      time: TIME,
      view_name: 'GET /posts',
      status_code: 404,
      user: 'ada',
      remote_ip: '10.0.0.2',
      user_agent: 'curl/8.5.0',
      total_time: 12.5,
    })
  })
})

test("a user's own file says where each field is, in which unit, and the first that is there counts", async () => {
  const map = folder.write(
    'map.json',
    JSON.stringify({
      time: 'when',
      method: ['verb', 'http.method'],
      url: 'path',
      view_name: 'route',
      user: 'account.name',
      total_time: { from: ['took', 'took_us'], unit: 'us' },
    }),
  )
  const { counts, requests } = await loadWith(
    map,
    {
      when: '2026-11-26T09:00:00.250Z',
      verb: 'GET',
      path: '/a',
      route: 'list',
      account: { name: 'ada' },
      took: 1500,
    },
    { when: TIME, 'http.method': 'PUT', path: '/a/1', took_us: 250 },
    { time: '2026-11-26T09:00:00.250Z', label_name: 'order_save', order: 1 },
  )
  expect(counts).toMatchObject({ requests: 2, labelled: 1, rejected: 0 })
  expect(requests).toMatchObject([
    { time: TIME, method: 'GET', url: '/a', view_name: 'list', user: 'ada', total_time: 1.5 },
    { time: TIME, method: 'PUT', view_name: 'PUT /a/:id', user: null, total_time: 0.25 },
  ])
})

test('a field may have any name', async () => {
  const map = folder.write(
    'names.json',
    '{"time":"t","method":"m","url":"u","__proto__":"o","constructor":"o"}',
  )
  const { requests } = await loadWith(map, { t: TIME, m: 'GET', u: '/', o: { request: 'PUT /x' } })
  expect(requests[0]).toMatchObject({
    method: 'GET',
    url: '/',
    other: '{"__proto__":{"request":"PUT /x"},"constructor":{"request":"PUT /x"}}',
  })
})

test.each([
  ['pino-http', { ...PINO, ...PINO.req }],
  ['nginx', NGINX],
  ['caddy', { ...CADDY, ...CADDY.request }],
])('a value of another kind than %s writes breaks nothing', async (preset, object) => {
  const odd = { toString: 0, valueOf: 0 }
  const nested = 'req' in object ? 'req' : 'request'
  const objects = Object.keys(object).flatMap((name) => [
    { ...object, [name]: odd },
    { ...object, [nested]: { ...object, uri: '/', method: 'GET', [name]: odd } },
  ])
  const { counts } = await loadWith(preset, object, ...objects)
  expect(counts).toMatchObject({ pieces: objects.length + 1, blank: 0 })
  expect(counts.requests).toBeGreaterThan(objects.length / 2)
})

test('report reads the log of another tool with --map', async () => {
  const path = folderWith({ 'pino.log': line(PINO) })
  const { code, stdout } = await runCli([
    'report',
    'views',
    '--csv',
    '--map',
    'pino-http',
    join(path, 'pino.log'),
  ])
  expect(code).toBe(0)
  expect(stdout).toContain('GET /posts/:id')
})

describe('a bad map is an error that names the file, the rule and what came', () => {
  test.each([
    ['no JSON', '{', /^--map \S+map\.json is not valid JSON: /],
    ['a list', '["time"]', /^--map \S+map\.json must be a JSON object; got \["time"\]$/],
    [
      'a rule that is a number',
      '{"time":"t","method":"m","url":5}',
      /must give "url" as a path such as "req\.url", a list of paths, or \{"from": .*\}; got 5$/,
    ],
    ['an empty list', '{"time":"t","method":"m","url":[]}', /must give "url" .*; got \[\]$/],
    [
      'an unknown unit',
      '{"time":"t","method":"m","url":"u","total_time":{"from":"d","unit":"min"}}',
      /must give "total_time" .*; got \{"from":"d","unit":"min"\}$/,
    ],
    [
      'a unit that is no text',
      '{"time":"t","method":"m","url":"u","total_time":{"from":"d","unit":{"toString":0}}}',
      /must give "total_time" .*; got \{"from":"d","unit":\{"toString":0\}\}$/,
    ],
    ['a field that is missing', '{"time":"t"}', /map\.json must say where method, url are$/],
    ['all at once', '{"url":""}', /must give "url" as .*; got ""; it must say where time, method are$/],
  ])('%s', (_, text, message) => {
    const path = folder.write('map.json', text)
    expect(() => readFieldMap(path)).toThrow(message)
    expect(() => readFieldMap(path)).toThrow(expect.objectContaining({ name: 'UsageError' }))
  })

  test('a file that is not there, which the command reports with exit code 2', async () => {
    const { code, stderr } = await runCli(['report', '--map', 'pino', 'a.log'])
    expect(code).toBe(2)
    expect(stderr).toContain(
      '--map must be pino-http, nginx, caddy or a JSON file; pino: there is no such file',
    )
  })
})
