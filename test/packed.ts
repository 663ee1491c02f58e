import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// The library packages as they are published, packed once for all test files of a run.

const root = fileURLToPath(new URL('..', import.meta.url))
const NAMES = ['core', 'handler-file', 'handler-fluentd', 'koa', 'prisma'].map((name) => `@actionlog/${name}`)

/** What an app that uses the packages has beside them, from the tools of `test/loading`. */
const OTHERS = ['@msgpack/msgpack', '@prisma/client', '@types/jest', '@types/koa', '@types/node', 'koa']

/** The folder of the tarballs of the test run whose main process is `pid`. */
export function packedFolder(pid: number): string {
  return join(tmpdir(), `actionlog-packed-${pid}`)
}

/** Packs the packages, unless another test file does so already. @returns each library package's tarball */
export async function tarballs(): Promise<Record<string, string>> {
  const folder = await packAll()
  return Object.fromEntries(NAMES.map((name) => [name, tarballOf(name, folder)]))
}

/** The tarball of the command, which is no library: nothing loads it. */
export async function commandTarball(): Promise<string> {
  return tarballOf('@actionlog/cli', await packAll())
}

async function packAll(): Promise<string> {
  const folder = packedFolder(process.ppid)
  const ready = join(folder, 'ready')
  if (startFolder(folder)) {
    const pack = ['--recursive', '--filter', '@actionlog/*', 'pack', '--pack-destination', folder]
    execFileSync(process.execPath, [join(root, 'scripts/pnpm.mjs'), ...pack], { cwd: root, stdio: 'pipe' })
    writeFileSync(ready, '')
  }
  while (!existsSync(ready)) await new Promise((resolve) => setTimeout(resolve, 50))
  return folder
}

function tarballOf(name: string, folder: string): string {
  const files = readdirSync(folder)
  const start = `${name.slice(1).replace('/', '-')}-`
  const file = files.find((file) => file.startsWith(start) && /^\d/.test(file.slice(start.length)))
  if (!file) throw new Error(`${name} was not packed into ${folder}: ${files.join(' ')}`)
  return join(folder, file)
}

function startFolder(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch {
    return false
  }
}

/** An app's folder with the packed packages and what they need in its `node_modules`. */
export async function packedApp(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  const modules = join(folder, 'node_modules')
  for (const [name, tarball] of Object.entries(await tarballs())) {
    mkdirSync(join(modules, name), { recursive: true })
    execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', join(modules, name)])
  }
  for (const name of OTHERS) {
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(join(root, 'test/loading/node_modules', name), join(modules, name), 'junction')
  }
}
