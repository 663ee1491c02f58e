import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { distrustOf } from './trust.js'

/**
 * Makes the spool's folder if it is missing.
 * @throws Error if it cannot be made or written, or if others may write to it
 */
export function makeFolder(directory: string): void {
  makeMissing(directory)
  accessSync(directory, constants.W_OK)
  const reason = distrustOf(statSync(directory))
  if (reason) throw new Error(`${reason}; use a folder of its own with mode 700`)
}

/** Does what `mkdirSync()` does with `recursive`, which never ends below /proc on Node 20. */
function makeMissing(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  const parent = dirname(path)
  if (parent !== path) makeMissing(parent)
  try {
    mkdirSync(path, 0o700)
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST'
    if (!isThere || !statSync(path).isDirectory()) throw error
  }
}
