import type { Failures } from '@actionlog/core'
import type { Change, LogFile } from '../file/log-file.js'
import type { Steps } from '../steps.js'
import type { Housekeeping } from './housekeeping.js'
import { findLockFault, lockOf } from './lock.js'
import { type Rotation, rotate } from './rotation.js'

const MAX_LOOKS = 10

/** Keeps the right file open: the one at the path. Rotates it when that is due. */
export class Rotator {
  readonly #file: LogFile
  readonly #rotation: Rotation
  readonly #housekeeping: Housekeeping
  readonly #failures: Failures

  constructor(file: LogFile, rotation: Rotation, housekeeping: Housekeeping, failures: Failures) {
    this.#file = file
    this.#rotation = rotation
    this.#housekeeping = housekeeping
    this.#failures = failures
  }

  /** Starts with the opened file. */
  begin(): void {
    this.#rotation.begin(this.#file.opened)
    if (this.#rotation.isOn) this.#housekeeping.tidy(this.#file.opened.path)
  }

  /**
   * Before a write, looks where the path leads and rotates the file, if these are due.
   * @param next the write; it may become larger meanwhile
   * @returns what has changed; `undefined` if no look was due
   * @throws Error if the file was deleted and cannot be opened again
   */
  *prepare(next: { readonly bytes: number }): Steps<Change | undefined> {
    let result: Change | undefined
    for (let looks = 0; looks < MAX_LOOKS && this.#isLookDue(next.bytes); looks++) {
      let change = yield* this.#file.look()
      if (change === 'same' && this.#rotation.isDue(this.#file.size, next.bytes))
        change = yield* this.#rotate()
      if (change !== 'same') this.begin()
      if (result === undefined || result === 'same') result = change
    }
    return result
  }

  #isLookDue(bytes: number): boolean {
    return this.#file.isLookDue || this.#rotation.isLookDue(this.#file.size, bytes)
  }

  *#rotate(): Steps<Change> {
    const { path } = this.#file.opened
    const rotating = `${path} cannot be rotated`
    yield* this.#reportLock(lockOf(path))
    try {
      const rotated = yield* rotate(this.#file.opened, this.#housekeeping.newest)
      if (rotated) this.#housekeeping.addRotated(rotated.to, this.#file.isUnshared(rotated.size))
      this.#failures.endFailures(rotating)
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT' // another process has rotated it
      if (!isMissing) this.#failures.recordFailure(rotating, error)
    }
    return yield* this.#file.look()
  }

  *#reportLock(lock: string): Steps<void> {
    const what = `${lock} is not a lock of this handler, so it is ignored`
    const fault = yield* findLockFault(lock)
    if (fault === undefined) this.#failures.endFailures(what)
    else this.#failures.recordFailure(what, new Error(fault))
  }
}
