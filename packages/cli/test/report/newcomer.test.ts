import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Compare } from '../../src/questions/compare.js'
import type { Ranking } from '../../src/questions/ranking.js'
import type { Summary } from '../../src/questions/summary.js'
import type { Users } from '../../src/questions/users.js'
import { folderWith, runCli } from '../run-cli.js'
import { shopLog } from '../seeded-log.js'

// What somebody asks on the first day, each answered by one command that the help or the first screen names.

interface Answers {
  readonly summary: Summary
  readonly users: Users
  readonly ranking: Ranking
  readonly compare: Compare
}

const shop = shopLog()
const folder = folderWith({ 'shop.log': shop.text })
const log = join(folder, 'shop.log')

async function json(...args: string[]): Promise<Answers> {
  const { code, stdout, stderr } = await runCli(['report', ...args, '--json', log])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as Answers
}

test('which user waits longest?', async () => {
  const waited = new Map<string, number>()
  for (const { user, total_time } of shop.requests) {
    if (user !== null) waited.set(String(user), (waited.get(String(user)) ?? 0) + Number(total_time))
  }
  const { users } = await json('users')
  expect(users.users.map(({ user }) => user)).toEqual(
    [...waited].toSorted(([, a], [, b]) => b - a).map(([user]) => user),
  )
  expect(users.anonymous).toBe(shop.requests.filter(({ user }) => user === null).length)
  const byErrors = (await json('users', '--sort', 'errors')).users.users.map(({ errors }) => errors)
  expect(byErrors).toEqual(byErrors.toSorted((a, b) => b - a))
})

test('did the last deploy make it slower? The first screen gives the command', async () => {
  const { stdout } = await runCli(['report', log], '', { COLUMNS: '200' })
  const [, at = ''] = /actionlog report compare --at (\S+) /.exec(stdout) ?? []
  const { compare } = await json('compare', '--at', at)
  expect(compare.regressed.map(({ view_name }) => view_name)).toEqual(['GET /search'])
})

test('how many got 404 on a day?', async () => {
  const { summary } = await json('--status', '404', '--since', '2026-11-22', '--until', '2026-11-22')
  expect(summary.requests).toBe(shop.requests.filter((request) => request.status_code === 404).length)
})

test('which crawlers came?', async () => {
  const { ranking } = await json('ranking', '--by', 'user_agent', '--bots', 'only')
  expect(ranking.rows.map(({ value }) => value)).toEqual(['Googlebot/2.1'])
})

test('a wrong status is refused before a file is read', async () => {
  const { code, stderr } = await runCli(['report', '--status', '!4x', join(folder, 'missing.log')])
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: '@actionlog/cli: a status must be like 404, 5xx or >=400, got "4x"\n',
  })
})

test('why is a view slow whose name begins with an exclamation mark?', async () => {
  const lines = shop.requests.map((request) => JSON.stringify({ ...request, view_name: '!shop' }))
  writeFileSync(join(folder, 'odd.log'), `${lines.join('\n')}\n`)
  const { stdout } = await runCli(['report', 'why', '!shop', '--above', '300ms', join(folder, 'odd.log')])
  expect(stdout).toContain('Why is !shop slow?')
  expect(stdout).toMatch(/^url.path\s|^query.format\s+csv/m)
})
