// npm start: installs, builds, then runs the example blog in this very process, so that signals reach it, and beside it
// the dashboard of its log.
import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('pnpm.mjs', import.meta.url))
for (const args of [['install'], ['run', 'build']]) {
  const { status } = spawnSync(process.execPath, [script, ...args], { stdio: ['ignore', 2, 2] }) // stdout is the records'
  if (status !== 0) process.exit(status ?? 1)
}
await import('../examples/blog/dist/start.js')

const { jsonLogfile } = await import('../examples/blog/dist/sink.js')
const logfile = jsonLogfile()
if (logfile !== undefined) {
  const command = fileURLToPath(new URL('../packages/cli/bin/actionlog.js', import.meta.url))
  const dashboard = spawn(process.execPath, [command, 'dashboard', logfile], { stdio: ['ignore', 2, 2] })
  process.once('exit', () => dashboard.kill()) // Ctrl-C reaches it by itself, another signal does not
  dashboard.unref()
}
