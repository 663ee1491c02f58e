import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Compare } from '../../src/questions/compare.js'
import type { Errors } from '../../src/questions/errors.js'
import type { Repeats } from '../../src/questions/repeats.js'
import type { SqlAnswer } from '../../src/questions/sql.js'
import type { Summary } from '../../src/questions/summary.js'
import type { Views } from '../../src/questions/views.js'
import type { Why } from '../../src/questions/why.js'
import type { Counts } from '../../src/report/head.js'
import { formatCount, formatMs, formatShare } from '../../src/terminal/units.js'
import { folderWith, runCli } from '../run-cli.js'
import { shopLog } from '../seeded-log.js'

interface ReportJson {
  readonly input: Counts
  readonly scope: Record<string, unknown>
  readonly summary: Summary
  readonly views: Views
  readonly errors: Errors
  readonly repeats: Repeats
  readonly why: Why
  readonly compare: Compare
  readonly sql: SqlAnswer
}

const shop = shopLog()
const first = shop.requests[0] as Readonly<Record<string, unknown>>
const folder = folderWith({ 'shop.log': shop.text })
const log = join(folder, 'shop.log')

async function json(...args: string[]): Promise<ReportJson> {
  const { code, stdout, stderr } = await runCli(['report', ...args, '--json', log])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

test('the first screen shows the very numbers of the JSON', async () => {
  const { code, stdout } = await runCli(['report', log], '', { COLUMNS: '200' })
  const { input, summary, views, errors, repeats } = await json()
  expect(code).toBe(0)
  const { pieces, requests, labelled, rejected, blank } = input
  expect(pieces).toBe(requests + labelled + rejected + blank)
  expect(requests).toBe(shop.requests.length)
  expect(labelled).toBe(shop.labelled.length)
  expect(stdout).toContain(
    `${formatCount(pieces)} pieces = ${formatCount(requests)} requests + ${formatCount(labelled)} labelled + 0 rejected + 0 blank`,
  )
  const words = stdout.split('\n').map((line) => line.trim().split(/ {2,}/))
  for (const value of [ms(summary.p50), ms(summary.p95), ms(summary.p99), ms(summary.waiting_time)])
    expect(words.flat()).toContain(value)
  for (const view of views.views) {
    const row = words.find(([name, waiting]) => name === view.view_name && waiting === ms(view.waiting_time))
    expect(row?.slice(2, 11)).toEqual([
      share(view.share),
      formatCount(view.requests),
      ms(view.p50),
      ms(view.p95),
      ms(view.p99),
      share(view.sql_share),
      formatCount(view.sql_count as number),
      formatCount(view.repeats),
      formatCount(view.errors),
    ])
  }
  expect(stdout).toContain(errors.groups[0]?.ex_type)
  expect(stdout).toContain(repeats.repeats[0]?.sql_repeat)
})

test.each(['views', 'slowest', 'errors', 'ranking', 'users', 'repeats', 'labels', 'moments', 'steps'])(
  'report %s is one list, for people, as JSON and as CSV',
  async (name) => {
    const screen = await runCli(['report', name, log])
    expect(screen).toMatchObject({ code: 0, stderr: '' })
    expect(screen.stdout).toContain('pieces = ')
    const answer = await json(name)
    expect(Object.keys(answer)).toEqual([
      'schema_version',
      'actionlog_version',
      'command',
      'input',
      'scope',
      name,
    ])
    const csv = await runCli(['report', name, '--csv', log])
    expect(csv).toMatchObject({ code: 0, stderr: expect.stringContaining('pieces = ') })
    expect(csv.stdout).toMatch(/^[a-z0-9_,]+\r\n/)
  },
)

test('the list may stand behind the file, too', async () => {
  const { stdout } = await runCli(['report', log, 'trail', 'ada', '--limit', '5'])
  expect(stdout).toContain('Trail of ada')
})

test('why finds the planted cause', async () => {
  const { why } = await json('why', 'GET /reports/:id', '--above', '300ms')
  const cause = { field: 'query.format', value: 'csv', inside_share: 1, outside_share: 0 }
  expect(why.findings).toContainEqual(expect.objectContaining(cause))
})

test('compare --at finds the view that the deploy made slower, and no other', async () => {
  const { compare } = await json('compare', '--at', '2026-11-22T16:00Z')
  expect(compare.regressed.map((change) => change.view_name)).toEqual(['GET /search'])
})

test('every output states its scope', async () => {
  const args = ['--since', '2026-11-22 10:00', '--view', 'GET /', '--status', '2xx', '--bots', 'exclude']
  const { stdout } = await runCli(['report', 'views', ...args, log])
  expect(stdout).toContain('Only since 2026-11-22 10:00:00; view GET /; status 2xx; without bots: ')
  const { scope } = await json('views', ...args)
  expect(scope).toMatchObject({
    since: '2026-11-22T10:00:00.000Z',
    until: null,
    view: ['GET /'],
    status: ['2xx'],
  })
})

test('--fail-if decides the exit code', async () => {
  const run = (...args: string[]): ReturnType<typeof runCli> => runCli(['report', ...args, log])
  const crossed = await run('--fail-if', 'errors(POST /posts) > 1%', '--fail-if', 'p95(GET /) > 10s')
  expect(crossed.code).toBe(1)
  expect(crossed.stdout).toMatch(/FAILED +errors\(POST \/posts\) > 1%/)
  expect(crossed.stdout).toMatch(/ok +p95\(GET \/\) > 10s/)
  expect((await run('--fail-if', 'p95(GET /) > 10s')).code).toBe(0)
  expect((await run('--fail-if', 'p95(GET /nowhere) > 1ms')).code).toBe(0)
  expect((await run('--fail-if', 'p95(GET /nowhere) > 1ms', '--strict')).code).toBe(1)
  expect(await run('--fail-if', 'p95 > 1')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--fail-if must be like'),
  })
})

test('--sql asks the tables that report schema prints', async () => {
  const { stdout } = await runCli(['report', 'schema'])
  expect(stdout).toMatch(/Table requests.*total_time +DOUBLE.*Table actions.*Table rejected/s)
  const { sql } = await json('--sql', 'SELECT count(*) AS n, max(total_time) AS most FROM requests')
  expect(sql.rows).toEqual([
    [shop.requests.length, Math.max(...shop.requests.map(({ total_time }) => total_time as number))],
  ])
})

test.each([
  [['report', 'no-such.log'], 'no-such.log'],
  [['report', 'veiws'], 'did you mean views?'],
  [['report', '--jsno', 'x.log'], 'there is no option --jsno; did you mean --json?'],
  [['reprot', 'x.log'], 'did you mean report?'],
  [['report', 'trail'], 'actionlog report trail needs USER, then the files'],
  [['report', '--where', 'nonsense(', log], '--where'],
  [['report', '--sql', 'DROP TABLE requests', log], '--sql'],
  [['report', 'errors', '--sort', 'p95', log], '--sort belongs to `actionlog report views`'],
  [['report', '--json', '--csv', log], '--json and --csv exclude each other'],
  [['report', '--mask', 'name', log], '--mask must be user, ip or query; got "name"'],
  [['report', '--html', log, log], 'is not an HTML page'],
])('%j is refused with exit code 2', async (args, message) => {
  const { code, stdout, stderr } = await runCli(args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(message)
  expect(stderr).not.toMatch(/\n {4}at /)
  expect(readFileSync(log, 'utf8')).toBe(shop.text)
})

test('--html writes one page without a script, which loads nothing', async () => {
  const page = join(folder, 'page.html')
  expect(await runCli(['report', '--html', page, log])).toMatchObject({ code: 0, stdout: '' })
  const html = readFileSync(page, 'utf8')
  expect(html).toContain(`default-src 'none'`)
  expect(html).toMatch(/<svg [^>]*role="img"/)
  expect(html).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|\shref=|\sstyle=|\son\w+=/i)
  expect(html).toContain('GET /reports/:id')
  expect((await runCli(['report', '--html', page, log])).code).toBe(0) // it may be written again
})

const ms = (value: number | null): string => formatMs(value as number)
const share = (value: number | null): string => formatShare(value as number)

/** What the command prints for people, as JSON, as CSV and as a page. */
async function everyOutput(
  args: readonly string[],
  file: string,
): Promise<{ all: string; page: string; csv: string }> {
  const pageFile = join(folder, 'page-of-all.html')
  const forms = [[], ['--csv'], ['--json', '--html', pageFile]]
  const runs = await Promise.all(
    forms.map((form) => runCli(['report', ...args, ...form, file], '', { COLUMNS: '400' })),
  )
  for (const { code, stderr } of runs) expect({ code, stderr }).toMatchObject({ code: 0 })
  const page = readFileSync(pageFile, 'utf8').replaceAll(pageFile, '')
  const printed = runs.map(({ stdout, stderr }) => stdout + stderr.replaceAll(pageFile, '')).join('')
  return { all: (printed + page).replaceAll(file, ''), page, csv: runs[1]?.stdout ?? '' }
}

const evil = '\u001b]0;x\u0007\u001b[2J\u009b31m\u202eabc\u2066<script>alert(1)</script>"\'=1+1'
const evilRequest = {
  ...first,
  view_name: evil,
  url: `/?q=${evil}`,
  user: '=cmd|calc',
  ex_type: evil,
  ex_message: `@${evil}`,
  status_code: 500,
}
const evilAction = { time: first.time, label_name: evil, user: '+1', field: evil }
const evilLines = Array.from({ length: 30 }, (_, i) => JSON.stringify({ ...evilRequest, request_id: `${i}` }))
writeFileSync(
  join(folder, 'evil.log'),
  `${evilLines.join('\n')}\n${JSON.stringify(evilAction)}\nno record ${evil}\n`,
)

test.each([[[]], [['labels']], [['trail', '=cmd|calc']], [['--rejects']]])(
  'a log cannot do anything to the reader of report %j',
  async (list) => {
    const { all, page, csv } = await everyOutput(list, join(folder, 'evil.log'))
    expect(all.replace(/\r?\n/g, '')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
    expect(page).not.toContain('<script')
    expect(csv).not.toMatch(/(^|,)"?[=+@-]/m)
  },
)

const secret = 'zoë-the-user'
const address = '198.51.100.77'
const secretRequest = {
  ...first,
  user: secret,
  remote_ip: address,
  url: '/search?q=hidden',
  status_code: 500,
  ex_type: 'Oops',
  ex_message: `no ${secret} at ${address} for /x?q=hidden`,
}
const secretAction = {
  time: first.time,
  label_name: 'login',
  request_id: first.request_id,
  user: secret,
  remote_ip: address,
  note: `${secret} came`,
}
const secretLines = [...Array.from({ length: 40 }, () => secretRequest), secretAction]
writeFileSync(
  join(folder, 'secret.log'),
  `${secretLines.map((line) => JSON.stringify(line)).join('\n')}\nrejected ${secret}\n`,
)

test.each([
  [[]],
  [['labels']],
  [['trail', secret]],
  [['ranking', '--by', 'query.q']],
  [['--rejects']],
  [['--user', secret, '--sql', 'SELECT * FROM requests']],
])('--mask hides users, addresses and query values in every output of report %j', async (list) => {
  const { all } = await everyOutput(['--mask', 'user,ip,query', ...list], join(folder, 'secret.log'))
  for (const value of [secret, address, 'hidden']) expect(all).not.toContain(value)
})

test('a masked user has one name, by which the user is still found', async () => {
  const { stdout } = await runCli(['report', 'trail', secret, '--mask', 'user', join(folder, 'secret.log')])
  expect(stdout).toMatch(/Trail of user-[0-9a-f]{8}/)
  expect(stdout).toContain('40 requests')
})
