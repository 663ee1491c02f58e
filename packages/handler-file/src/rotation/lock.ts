import { close, ifThere, lstat, open, remove } from '../file/calls.js'
import { isOurs } from '../file/shared-folder.js'
import type { Steps } from '../steps.js'

const STALE_MS = 10_000
const CLOCK_SKEW_MS = 2_000 // the clock of a network disk may differ by so much

/** The lock of a logfile. */
export function lockOf(logfile: string): string {
  return `${logfile}.lock`
}

/** Why the file at the lock's path is not one of our locks; `undefined` if it is one, or if there is no file. */
export function* findLockFault(lock: string): Steps<string | undefined> {
  const held = yield* ifThere(lstat(lock))
  if (!held) return undefined
  if (!isOurs(held.uid)) return `another user made it (uid ${held.uid})`
  if (held.isSymbolicLink()) return 'it is a symbolic link'
  if (Number(held.mtimeMs) > Date.now() + CLOCK_SKEW_MS) return 'its time is in the future'
  return undefined
}

/**
 * Runs `work` while it holds the lock, which is a file, unless another process holds it. The lock only avoids doing the
 * work twice: nothing goes wrong without it. The lock of a dead process counts for 10 s. A lock that is not ours does not
 * count.
 * @returns what `work` did; `undefined` if it was left to another process
 * @throws what `work` threw, or why the lock cannot be made
 */
export function* withLock<T>(lock: string, work: () => Steps<T>): Steps<T | undefined> {
  try {
    yield* close(yield* open(lock, 'wx'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if (!(yield* findLockFault(lock))) return void (yield* removeStale(lock))
  }
  try {
    return yield* work()
  } finally {
    yield* removeIfPossible(lock)
  }
}

function* removeStale(lock: string): Steps<void> {
  const held = yield* ifThere(lstat(lock))
  if (held && Date.now() - Number(held.mtimeMs) > STALE_MS) yield* remove(lock)
}

/** In a folder where everyone may write, only its owner may remove it. */
function* removeIfPossible(lock: string): Steps<void> {
  try {
    yield* remove(lock)
  } catch {}
}
