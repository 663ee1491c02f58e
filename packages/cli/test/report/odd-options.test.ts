import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { footprint } from '../footprint.js'
import { folderWith, runCli } from '../run-cli.js'

const LINES = Array.from({ length: 30 }, (_, i) =>
  JSON.stringify(
    footprint({ request_id: `r${i}`, total_time: i + 1, extra: { cart: i, ...(i % 2 && { tab: 1 }) } }),
  ),
)
const folder = folderWith({
  'a.log': `${LINES.join('\n')}\n`,
  'map.json': `{"time":${'['.repeat(9_000)}${']'.repeat(9_000)}}`,
})
const LOG = join(folder, 'a.log')

/** What a wrong call prints: sentences, without SQL or a stack. */
async function complaint(...args: string[]): Promise<string> {
  const { code, stderr } = await runCli(['report', ...args, LOG])
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.not.stringMatching(/unexpected|LINE|^ +at /m),
  })
  return stderr
}

test.each(['url::INT = 1', "status_code = 'abc'", "error('no')", 'url'])(
  '--where %s, which fails only when it is evaluated, is explained',
  async (where) => {
    expect(await complaint('--where', where)).toContain('--where cannot be evaluated for each request (')
  },
)

test.each(['--since', '--until'])('%s refuses a time that no calendar has', async (option) => {
  expect(await complaint(option, '-999999999d')).toContain(`${option} must be a time such as`)
})

test('--map refuses a deeply nested rule', async () => {
  expect(await complaint('--map', join(folder, 'map.json'))).toContain('must give "time" as a path')
})

test.skipIf(!existsSync('/proc/self/mem'))('a file that cannot be read is no fault of ours', async () => {
  const { code, stderr } = await runCli(['report', '/proc/self/mem'])
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^actionlog: EIO: [^\n]*\n$/),
  })
})

describe.skipIf(process.platform === 'win32')('a pipe', () => {
  const pipe = join(folder, 'pipe')
  beforeAll(() => void execFileSync('mkfifo', [pipe]))

  test('is read like a file, beside files', async () => {
    const writer = spawn('sh', ['-c', 'cat "$1" > "$2"', 'sh', LOG, pipe])
    const { code, stdout } = await runCli(['report', '--json', pipe, LOG])
    if (writer.exitCode === null) writer.kill()
    expect(code).toBe(0)
    expect(JSON.parse(stdout).input).toMatchObject({ files: [LOG, pipe], pieces: 60, requests: 60 })
  })

  test.each([['tail'], ['dashboard']])('cannot be followed by %s, which says so', async (command) => {
    const { code, stderr } = await runCli([command, pipe])
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `@actionlog/cli: cannot follow ${pipe}: it is a pipe or a device; redirect it to -\n`,
    })
  })

  test('is no place for a page', async () => {
    expect(await complaint('--html', pipe)).toContain(`--html ${pipe}: this is not a file`)
  })
})

test('dashboard ends if it cannot write its own log', async () => {
  const { code, stderr } = await runCli(['dashboard', '--self-log', '/', LOG])
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/logfile must be the path of a file.*\n$/),
  })
})

test.each([['--rejects'], ['--sql', 'SELECT 1']])('%s stands beside no list', async (option, ...value) => {
  expect(await complaint('views', option, ...value)).toContain(
    `${option} is a list of its own: leave out "views"`,
  )
})

test('--by extra ranks the keys of extra', async () => {
  const { stdout } = await runCli(['report', 'ranking', '--by', 'extra', '--json', LOG])
  expect(JSON.parse(stdout).ranking.rows).toMatchObject([
    { value: 'cart', requests: 30 },
    { value: 'tab', requests: 15 },
  ])
})

test('a range of compare may begin with a minus', async () => {
  const { code, stdout } = await runCli(['report', 'compare', '-6h..-3h', '-3h..', '--json', LOG])
  expect(code).toBe(0)
  const { before, after } = JSON.parse(stdout).compare
  expect(before.until - before.from).toBe(3 * 3_600_000)
  expect(after.from).toBe(before.until)
})

test.each([
  [['why', 'GET /post/:id']],
  [['--view', 'GET /post/:id']],
  [['errors', '--view', 'GET /post/:id']],
])('%j says that the log has no such view, and which was probably meant', async (args) => {
  const { code, stdout } = await runCli(['report', ...args, LOG], '', { COLUMNS: '160' })
  expect(code).toBe(0)
  expect(stdout).toContain('No request in the log has the view "GET /post/:id"; did you mean GET /posts/:id?')
})

test('--fail-if says which view was probably meant', async () => {
  const { stdout } = await runCli(['report', '--fail-if', 'p95(GET /post/:id) > 1ms', '--json', LOG])
  expect(JSON.parse(stdout).thresholds.verdicts[0].message).toBe(
    'GET /post/:id has no request; did you mean GET /posts/:id?',
  )
  const limit = ['--fail-if', 'p95(GET /posts/:id) > 1ms', '--status', '418', '--json']
  const other = await runCli(['report', ...limit, LOG])
  expect(JSON.parse(other.stdout).thresholds.verdicts[0].message).toBe('GET /posts/:id has no request')
})

test('nothing in a title, a note or a heading can do anything to a terminal', async () => {
  const odd = [
    '{"a":\u0007}',
    '{"a":\u202e}',
    '{"a":\u009b31m}',
    '{"a":\u001b\u001b[0m[31m}',
    footprintOf('\u202eview'),
  ]
  const log = join(folderWith({ 'odd.log': `${odd.join('\n')}\n` }), 'odd.log')
  for (const args of [
    ['--rejects'],
    ['trail', '\u001b[31mada'],
    ['why', '\u202eview'],
    ['--sql', 'SELECT 1 AS "\u202ename"'],
  ]) {
    const { code, stdout } = await runCli(['report', ...args, log])
    expect(code).toBe(0)
    expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
  }
})

test('lines that break the same rule of JSON are counted together, whatever they say', async () => {
  const lines = Array.from(
    { length: 50 },
    (_, i) => `{"a":${i} ${'x'.repeat(i)}b}\n{"a":#${i}}\n{"a":"${i}\n`,
  )
  const log = join(folderWith({ 'odd.log': lines.join('') }), 'odd.log')
  const { stdout } = await runCli(['report', '--rejects', '--json', log])
  const { reasons } = JSON.parse(stdout).rejected
  expect(reasons.map(({ rejected }: { rejected: number }) => rejected)).toEqual([50, 50, 50])
})

function footprintOf(view_name: string): string {
  return JSON.stringify(footprint({ view_name }))
}
