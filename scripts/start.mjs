// npm start: installs, builds, then runs the example blog in this very process, so that signals reach it.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('pnpm.mjs', import.meta.url))
for (const args of [['install'], ['run', 'build']]) {
  const { status } = spawnSync(process.execPath, [script, ...args], { stdio: ['ignore', 2, 2] }) // stdout is the records'
  if (status !== 0) process.exit(status ?? 1)
}
await import('../examples/blog/dist/start.js')
