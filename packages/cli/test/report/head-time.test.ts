import { join } from 'node:path'
import { folderWith, runCli } from '../run-cli.js'
import { shopLog } from '../seeded-log.js'

const { requests } = shopLog(1_000)
/** The view's every tenth response goes to a slow client; the others end soon after their head. */
const posts = requests.filter(({ view_name }) => view_name === 'GET /posts/:id')
const withHead = requests.map((record) => {
  const total = record.total_time as number
  const isSlowClient = posts.indexOf(record) % 10 === 0
  return {
    ...record,
    head_time: total * 0.9,
    ...(isSlowClient && { head_time: total, total_time: total + 5_000 }),
  }
})
const linesOf = (records: readonly object[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('')
const folder = folderWith({ 'head.log': linesOf(withHead), 'old.log': linesOf(requests) })
const log = join(folder, 'head.log')
const wide = { COLUMNS: '160' }

test('report slowest shows the time up to the response head, and says what the rest is', async () => {
  const { stdout } = await runCli(['report', 'slowest', log], '', wide)
  expect(stdout).toMatch(/^ *total +head +SQL/m)
  expect(stdout).toMatch(/^ *5\.\d+ s +\d[\d.]+ ms /m)
  expect(stdout).toContain("What follows of total is streaming and the client's network.")
})

test('report slowest has no such column where the log has no head_time', async () => {
  const { stdout } = await runCli(['report', 'slowest', join(folder, 'old.log')], '', wide)
  expect(stdout).not.toContain('head')
})

test('a trail says how much of a request came after its head, unless that is little', async () => {
  const slow = posts[0]?.request_id as string
  const { stdout } = await runCli(['report', 'trail', '--around', slow, log], '', wide)
  const lines = stdout.split('\n').filter((line) => line.includes('after the head'))
  expect(lines.find((line) => line.includes(slow))).toContain(
    "5.00 s after the head: streaming, or the client's network",
  )
  for (const line of lines) expect(line).toContain('5.00 s after the head')
})

test('why names a slow client as the cause, not the app', async () => {
  const { stdout } = await runCli(['report', 'why', 'GET /posts/:id', '--above', '1s', log], '', wide)
  expect(stdout).toMatch(/^after_head +most of total_time +100% +0%/m)
})

test('the first screen and its JSON say when a new version arrived', async () => {
  const { stdout } = await runCli(['report', log], '', wide)
  expect(stdout).toMatch(
    /^Deploys, by extra\.version\nsince +version +requests\n2026-11-22 16:00:\d\d +1\.5\.0 +\d+$/m,
  )
  const { deploys } = JSON.parse((await runCli(['report', '--json', log])).stdout)
  expect(deploys.deploys.map(({ version }: { version: string }) => version)).toEqual(['1.4.2', '1.5.0'])
})
