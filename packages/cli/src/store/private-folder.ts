import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atExit } from './at-exit.js'
import { StoreError } from './store.js'

const PREFIX = 'actionlog-cli-'

/**
 * Makes a folder of mode 0700 for what does not fit into memory. It is removed when the process exits, and what a
 * killed process left behind is removed by the next one.
 */
export function makePrivateFolder(): { readonly path: string; remove(): void } {
  const path = make()
  removeAbandoned()
  const removeFolder = (): void => rmSync(path, { recursive: true, force: true })
  const leave = atExit(removeFolder)
  const remove = (): void => {
    leave()
    removeFolder()
  }
  return { path, remove }
}

/** @throws StoreError if the system's temporary folder cannot be used */
function make(): string {
  try {
    return mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`)) // mkdtemp's mode is 0700
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new StoreError(
      `@actionlog/cli: cannot make a folder in ${tmpdir()} (${code}): set TMPDIR to a folder that can be written to`,
    )
  }
}

function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN
    if (!(pid > 0) || isRunning(pid)) continue
    try {
      const path = join(tmpdir(), name)
      const { uid } = lstatSync(path)
      if (uid === (process.getuid?.() ?? uid)) rmSync(path, { recursive: true, force: true })
    } catch {
      // another process was faster
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // it is another user's
  }
}
