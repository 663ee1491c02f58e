import { closeSync, openSync, rmSync, statSync } from 'node:fs'

const STALE_MS = 10_000

/** The lock of a logfile. */
export function lockOf(logfile: string): string {
  return `${logfile}.lock`
}

/**
 * Does `work` unless another process is doing its own under the same lock, a file that exists for that long. It
 * spares work twice done and is no proof against it: the lock of a process that died in between counts for 10 s.
 * @returns what `work` did; `undefined` if it was left to another
 * @throws what `work` threw, or why the lock cannot be made
 */
export function withLock<T>(lock: string, work: () => T): T | undefined {
  try {
    closeSync(openSync(lock, 'wx'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const held = statSync(lock, { throwIfNoEntry: false })
    if (held && Math.abs(Date.now() - held.mtimeMs) > STALE_MS) rmSync(lock, { force: true })
    return undefined
  }
  try {
    return work()
  } finally {
    rmSync(lock, { force: true })
  }
}
