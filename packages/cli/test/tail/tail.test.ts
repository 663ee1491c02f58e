import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordFormat } from '@actionlog/core'
import { BIN, folderWith, runCli } from '../run-cli.js'

const footprint = {
  time: '2026-11-22T09:00:12.345Z',
  label_name: 'footprint' as const,
  request_id: 'r-1',
  method: 'GET',
  url: '/posts/7?page=2',
  view_name: 'GET /posts/:id',
  status_code: 200,
  user: 'ada' as string | null,
  remote_ip: '127.0.0.1',
  user_agent: 'curl/8.5.0',
  sql_count: 12,
  sql_time: 2.549,
  node_time: 5.91,
  total_time: 8.459,
}
const action = {
  time: '2026-11-22T09:00:12.340Z',
  label_name: 'saved',
  request_id: 'r-1',
  user: 'ada',
  foo: 'bar',
  count: 3,
}

async function tail(input: readonly unknown[], ...options: string[]): Promise<string[]> {
  const text = input.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('')
  const { code, stdout, stderr } = await runCli(['tail', '--tz', 'UTC', ...options], text)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout.split('\n').slice(0, -1)
}

const words = (line: string | undefined): string[] => (line ?? '').trim().split(/ {2,}/)

test('a request is one line: time, status, view, total time, SQL, user and URL', async () => {
  const [line, ...more] = await tail([footprint])
  expect(words(line)).toEqual([
    '09:00:12.345',
    '200',
    'GET /posts/:id',
    '8.46 ms',
    '12 SQL 2.55 ms',
    'ada',
    '/posts/7?page=2',
  ])
  expect(more).toEqual([])
})

test('what was wrong is on the line, too', async () => {
  const failed = {
    ...footprint,
    status_code: 500,
    aborted: true,
    ex_type: 'TypeError',
    ex_message: 'no title',
    sql_repeat: 'Post.findFirst',
    sql_repeat_count: 10,
  }
  expect(words((await tail([failed]))[0])).toEqual(
    expect.arrayContaining(['500', 'aborted', 'N+1: 10 × Post.findFirst', 'TypeError: no title']),
  )
})

test('labelled records stand below their request, those without one alone', async () => {
  const alone = { ...action, label_name: 'started', request_id: undefined }
  const lines = await tail([action, alone, footprint])
  expect(lines.map((line) => words(line).slice(1, 3))).toEqual([
    ['started', 'foo=bar count=3'],
    ['200', 'GET /posts/:id'],
    ['saved', 'foo=bar count=3'],
  ])
  expect(lines[2]).toMatch(/^09:00:12\.340 {6}saved/)
})

test('a labelled record whose request never ends is shown at the end', async () => {
  expect(await tail([action])).toEqual(['09:00:12.340  saved  foo=bar count=3  request r-1'])
})

test('the text format is read, too, and other output stays', async () => {
  const text = recordFormat('text', true)({ ...footprint, user: null })
  const lines = await tail(['Server listening', ...text.split('\n').slice(0, -1), '{"not":', 'bye'])
  expect(lines[0]).toBe('Server listening')
  expect(words(lines[1]).slice(1)).toEqual([
    '200',
    'GET /posts/:id',
    '8.46 ms',
    '12 SQL 2.55 ms',
    '/posts/7?page=2',
  ])
  expect(lines.slice(2)).toEqual(['{"not":', 'bye'])
})

test('--full prints the text format', async () => {
  const lines = await tail([action, footprint], '--full')
  expect(lines).toContain('sql_time    : 2.549')
  expect(lines.filter((line) => / Log /.test(line))).toHaveLength(2)
})

test.each([
  [['--slow', '200ms'], ['slow']],
  [['--status', '>=400'], ['failed']],
  [
    ['--status', '!5xx'],
    ['slow', 'fast'],
  ],
  [['--user', 'ada', '--method', 'get'], ['fast']],
  [
    ['--user', '!ada'],
    ['slow', 'failed'],
  ],
  [
    ['--view', 'slow', '--view', 'fast'],
    ['slow', 'fast'],
  ],
  [['--since', '2026-11-22T09:01Z'], ['failed']],
  [
    ['--until', '2026-11-22T09:01Z'],
    ['slow', 'fast'],
  ],
  [
    ['--bots', 'exclude'],
    ['fast', 'failed'],
  ],
])('%j chooses the requests', async (options, views) => {
  const lines = await tail(
    [
      { ...footprint, view_name: 'slow', total_time: 300, user: null, user_agent: 'Googlebot/2.1' },
      { ...footprint, view_name: 'fast' },
      { ...footprint, view_name: 'failed', status_code: 500, user: 'eve', time: '2026-11-22T09:02:00Z' },
    ],
    ...options,
  )
  expect(lines.map((line) => words(line)[2])).toEqual(views.map((view) => `GET ${view}`))
})

test('--label shows the labelled records, below their requests', async () => {
  const lines = await tail([action, footprint, { ...footprint, request_id: 'r-2' }], '--label', 'saved')
  expect(lines).toHaveLength(2)
})

test('nothing in a record can do anything to the terminal', async () => {
  const evil = '\u001b[2J\u009b1m\u202ex\ny'
  const lines = await tail([
    { ...footprint, view_name: evil, user: evil, url: evil, ex_type: evil },
    { ...action, label_name: evil, request_id: evil, foo: evil },
    `app says ${evil}`,
  ])
  expect(lines.join('')).not.toMatch(/[\p{Cc}\u202e]/u)
})

test('a condition in SQL is refused', async () => {
  const { code, stderr } = await runCli(['tail', '--where', 'true'])
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there is no option --where'),
  })
})

test('a file is shown from its last records on, and followed over a rotation until Ctrl-C', async () => {
  const lineOf = (view: string): string => `${JSON.stringify({ ...footprint, view_name: view })}\n`
  const old = Array.from({ length: 300 }, (_, i) => lineOf(`old-${i}`)).join('')
  const file = join(folderWith({ 'my.log': old }), 'my.log')
  const child = spawn(process.execPath, [BIN, 'tail', '-n', '2', file])
  let shown = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (shown += text))
  const views = (): string[] => [...shown.matchAll(/ GET (\S+)/g)].map(([, view]) => view as string)
  const waitFor = (view: string): Promise<unknown> =>
    vi.waitUntil(() => views().includes(view), { timeout: 60_000, interval: 20 })
  await waitFor('old-299')
  appendFileSync(file, lineOf('new'))
  await waitFor('new')
  renameSync(file, `${file}.1`)
  appendFileSync(`${file}.1`, lineOf('late'))
  writeFileSync(file, lineOf('rotated'))
  await waitFor('rotated')
  child.kill('SIGINT')
  await once(child, 'close')
  expect(child.exitCode).toBe(130)
  expect(views()).toEqual(['old-298', 'old-299', 'new', 'late', 'rotated'])
})
