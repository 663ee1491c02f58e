// Runs the pinned pnpm (package.json "packageManager") through npx, so that Node and npm are all a machine needs.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const { packageManager } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const [pnpm] = packageManager.split('+') // behind the plus: the hash by which corepack checks it
const args = process.argv.slice(2)
const quiet = { npm_config_loglevel: 'error', pnpm_config_loglevel: 'error' } // npx says nothing, nor do scripts of scripts
const { status } = spawnSync('npx', ['--yes', pnpm, ...args], {
  stdio: 'inherit',
  env: args[0] === 'run' ? { ...process.env, ...quiet } : process.env,
  shell: process.platform === 'win32', // npx is a .cmd file there
})
process.exit(status ?? 1)
