// Runs the pinned pnpm (package.json "packageManager") through npx, so that Node and npm are all a machine needs.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const { packageManager } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const windows = process.platform === 'win32'
const { status } = spawnSync('npx', ['--yes', packageManager, ...process.argv.slice(2)], {
  stdio: 'inherit',
  shell: windows, // npx is a .cmd file there
})
process.exit(status ?? 1)
