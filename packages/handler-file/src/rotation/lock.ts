import { closeSync, lstatSync, openSync, rmSync } from 'node:fs'
import { isOurs } from '../file/shared-folder.js'

const STALE_MS = 10_000
const CLOCK_SKEW_MS = 2_000 // of a network disk

/** The lock of a logfile. */
export function lockOf(logfile: string): string {
  return `${logfile}.lock`
}

/** Why what stands at the lock's path is no lock of ours; `undefined` if it is one, or nothing stands there. */
export function findLockFault(lock: string): string | undefined {
  const held = lstatSync(lock, { bigint: true, throwIfNoEntry: false })
  if (!held) return undefined
  if (!isOurs(held.uid)) return `another user made it (uid ${held.uid})`
  if (held.isSymbolicLink()) return 'it is a symbolic link'
  if (Number(held.mtimeMs) > Date.now() + CLOCK_SKEW_MS) return 'its time is in the future'
  return undefined
}

/**
 * Does `work` unless another process is doing its own under the same lock, a file that exists for that long. The lock
 * spares doing the work twice, but nothing depends on it: one of a process that died counts for 10 s, and one that is
 * not ours does not count.
 * @returns what `work` did; `undefined` if it was left to another process
 * @throws what `work` threw, or why the lock cannot be made
 */
export function withLock<T>(lock: string, work: () => T): T | undefined {
  try {
    closeSync(openSync(lock, 'wx'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if (!findLockFault(lock)) return void removeStale(lock)
  }
  try {
    return work()
  } finally {
    removeIfPossible(lock)
  }
}

function removeStale(lock: string): void {
  const held = lstatSync(lock, { throwIfNoEntry: false })
  if (held && Date.now() - held.mtimeMs > STALE_MS) rmSync(lock, { force: true })
}

/** In a folder where everyone may write, only its owner may remove it. */
function removeIfPossible(lock: string): void {
  try {
    rmSync(lock, { force: true })
  } catch {}
}
