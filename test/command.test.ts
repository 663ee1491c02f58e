import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { shopLog } from '../packages/cli/test/seeded-log.ts'
import { commandTarball, tarballs } from './packed.ts'

// The command as it is published: packed, installed from its tarball, and run by every supported Node.

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'actionlog-command-'))
const NODES = [22, 24, 26].map((major) => join(root, `benchmarks/node_modules/node-${major}/bin/node`))

beforeAll(async () => {
  const cli = await commandTarball()
  const { '@actionlog/core': core, '@actionlog/koa': koa, '@actionlog/handler-file': file } = await tarballs()
  const manifest = {
    name: 'app',
    private: true,
    // unpublished, they have to be pointed at
    overrides: {
      '@actionlog/core': `file:${core}`,
      '@actionlog/koa': `file:${koa}`,
      '@actionlog/handler-file': `file:${file}`,
    },
    dependencies: { '@actionlog/cli': `file:${cli}` },
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(folder, 'my_action.log'), shopLog(300).text)
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], {
    cwd: folder,
    stdio: 'pipe',
  })
}, 300_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('npx runs it', () => {
  const args = ['--no-install', 'actionlog', 'report', 'my_action.log']
  const screen = execFileSync('npx', args, { cwd: folder, encoding: 'utf8' })
  expect(screen).toContain('300 requests')
  expect(screen).toContain('Views by waiting time')
})

test.each([process.execPath, ...NODES])('%s runs it', (node) => {
  if (!existsSync(node)) return console.log(`${node} is not here: this test is left out`)
  const args = ['node_modules/@actionlog/cli/bin/actionlog.js', 'report', '--json', 'my_action.log']
  const report = JSON.parse(execFileSync(node, args, { cwd: folder, encoding: 'utf8' }))
  expect(report.summary.requests).toBe(300)
})
