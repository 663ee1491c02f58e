// Runs the suites of core, koa and prisma on Node 26 too: an npm package of `benchmarks` brings it (Linux, x64).
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const SUITES = ['packages/core', 'packages/koa', 'packages/prisma']

const root = fileURLToPath(new URL('..', import.meta.url))
const node = `${root}benchmarks/node_modules/node-26/bin/node`
if (existsSync(node)) {
  const vitest = `${root}node_modules/vitest/vitest.mjs`
  const { status } = spawnSync(node, [vitest, 'run', ...SUITES], { cwd: root, stdio: 'inherit' })
  process.exitCode = status ?? 1
} else {
  console.log('Node 26 is not installed: its tests are left out')
  if (process.env.CI && process.platform === 'linux' && process.arch === 'x64') process.exitCode = 1
}
