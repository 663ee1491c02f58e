import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { footprint } from '../footprint.js'
import { runCli } from '../run-cli.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actionlog-odd-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function logOf(...records: Record<string, unknown>[]): string {
  const path = join(folder, 'a.log')
  writeFileSync(path, records.map((record) => `${JSON.stringify(footprint(record))}\n`).join(''))
  return path
}

test.each([
  ['4200', { n: 4200, more: [14200, -4200, 4200.5], text: 'user 4200' }],
  ['true', { admin: true, text: 'true' }],
  ['null', { a: null, b: [null] }],
  ['1.5', { n: 1.5, more: 11.55 }],
])('--mask user hides the user %s in JSON, which stays JSON', async (user, extra) => {
  const log = logOf({ user, extra, url: '/x' })
  for (const args of [
    ['--json'],
    ['slowest', '--json'],
    ['--csv', '--sql', 'SELECT extra FROM requests'],
    ['--html', join(folder, 'a.html')],
  ]) {
    const { code, stdout, stderr } = await runCli(['report', '--mask', 'user', ...args, log])
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringContaining('unexpected') })
    if (args[0] === '--csv') {
      expect(stdout).not.toContain(user === '1.5' || user === '4200' ? user : `"${user}"`)
      expect(() =>
        JSON.parse(stdout.split('\r\n')[1]?.slice(1, -1).replaceAll('""', '"') ?? ''),
      ).not.toThrow()
    }
  }
})

test('the requests without a view are asked by the name they are shown by', async () => {
  const log = logOf(...Array.from({ length: 30 }, (_, i) => ({ view_name: null, total_time: i })), {
    view_name: 'GET /x',
  })
  const { stdout } = await runCli(['report', 'views', '--json', '--view', '(no view)', log])
  expect(JSON.parse(stdout).views.views).toMatchObject([{ view_name: '(no view)', requests: 30 }])
  const rest = await runCli(['report', 'views', '--json', '--view', '!(no view)', log])
  expect(JSON.parse(rest.stdout).views.views).toMatchObject([{ view_name: 'GET /x', requests: 1 }])
  const why = await runCli(['report', 'why', '(no view)', log])
  expect(why).toMatchObject({ code: 0, stdout: expect.not.stringContaining('0 requests are selected') })
  const crossed = await runCli(['report', '--fail-if', 'p95((no view)) > 1ms', log])
  expect(crossed.code).toBe(1)
})

test('a temporary folder that cannot be used is named, and what would help', async () => {
  const log = logOf({})
  const missing = join(folder, 'nowhere')
  const { code, stderr } = await runCli(['report', log], '', { TMPDIR: missing })
  expect({ code, stderr: stderr.trim() }).toEqual({
    code: 2,
    stderr: `@actionlog/cli: cannot make a folder in ${missing} (ENOENT): set TMPDIR to a folder that can be written to`,
  })
})

test('a memory limit that nothing could work with is refused', async () => {
  const { code, stderr } = await runCli(['report', '--memory-limit', '1MB', logOf({})])
  expect({ code, stderr: stderr.trim() }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--memory-limit must be 64MB or more; got "1MB"'),
  })
})

test('durations beyond all reason keep to the width of the screen', async () => {
  const log = logOf({ total_time: 1e308, sql_time: 1e308 }, { total_time: 1e308 }, { total_time: 5 })
  const { stdout } = await runCli(['report', log], '', { COLUMNS: '80' })
  expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80)
  expect(stdout).not.toMatch(/NaN|Infinity|∞/)
})
