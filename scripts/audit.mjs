// Fails on a known advisory in what an app installs with the packages: they are packed, and audited by npm.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const app = mkdtempSync(join(tmpdir(), 'actionlog-audit-'))
const pack = ['--recursive', '--filter', '@actionlog/*', 'pack', '--pack-destination', app]
execFileSync(process.execPath, [join(root, 'scripts/pnpm.mjs'), ...pack], { cwd: root, stdio: 'pipe' })

const dependencies = Object.fromEntries(
  readdirSync(app).map((file) => [file.replace(/^actionlog-(.*)-\d.*$/, '@actionlog/$1'), `file:${file}`]),
)
const overrides = { '@actionlog/core': dependencies['@actionlog/core'] }
delete dependencies['@actionlog/core'] // it comes with the others
writeFileSync(join(app, 'package.json'), JSON.stringify({ private: true, overrides, dependencies }))

// peers are the app's own: their advisories are for the app to hear
const install = ['install', '--package-lock-only', '--omit=peer', '--no-audit']
const npm = (args) => spawnSync('npm', args, { cwd: app, stdio: 'inherit' }).status ?? 1
process.exitCode = npm(install) || npm(['audit', '--omit=peer'])
rmSync(app, { recursive: true, force: true })
