import { close, ifThere, open, remove, rename, stat } from '../file/calls.js'
import type { OpenFile } from '../file/open.js'
import type { Steps } from '../steps.js'
import { lockOf, withLock } from './lock.js'
import { nextRotatedName, type RotatedName } from './rotated-name.js'
import { withoutName } from './without-name.js'

const HOUR_MS = 3_600_000
const RETRY_MS = 10
const LOOKS_BEFORE_FULL = 8
const MAX_NAMES = 1_000

/** Decides when a file must be rotated. */
export class Rotation {
  readonly #maxBytes: number
  readonly #every: 'never' | 'hour' | 'day'
  #canRename = false
  #periodEnd = Number.POSITIVE_INFINITY
  #sizeSeen = 0
  #retryAt = 0

  /** @param maxBytes 0: any size */
  constructor(maxBytes: number, every: 'never' | 'hour' | 'day') {
    this.#maxBytes = maxBytes || Number.POSITIVE_INFINITY
    this.#every = every
  }

  get isOn(): boolean {
    return this.#canRename && (this.#every !== 'never' || this.#maxBytes < Number.POSITIVE_INFINITY)
  }

  /** How many bytes a file may have. */
  get maxBytes(): number {
    return this.#canRename ? this.#maxBytes : Number.POSITIVE_INFINITY
  }

  /** Starts with an opened file. Its hour or day is that of its last line, if it has lines already. */
  begin({ stats, isNamed }: OpenFile): void {
    this.#canRename = isNamed
    this.#sizeSeen = Number(stats.size)
    this.#retryAt = 0
    this.#periodEnd = this.#endOfPeriod(stats.size > 0n ? Number(stats.mtimeMs) : Date.now())
  }

  /** Whether the file's size must be looked at before it gets `more` bytes. */
  isLookDue(size: number, more: number): boolean {
    if (!this.isOn) return false
    const grown = size - this.#sizeSeen // each other process may have added as much
    if (grown > 0 && grown * LOOKS_BEFORE_FULL > this.#maxBytes - this.#sizeSeen) return true
    return performance.now() >= this.#retryAt && this.#isOver(size, more)
  }

  /** Whether a file of this size, which was looked at just now, must be rotated before it gets `more` bytes. */
  isDue(size: number, more: number): boolean {
    this.#sizeSeen = size
    const isDue = this.isOn && this.#isOver(size, more)
    this.#retryAt = isDue ? performance.now() + RETRY_MS : 0
    return isDue
  }

  #isOver(size: number, more: number): boolean {
    const now = Date.now()
    this.#periodEnd = Math.min(this.#periodEnd, this.#endOfPeriod(now)) // earlier if the clock was set back
    return size > 0 && more > 0 && (size + more > this.#maxBytes || now >= this.#periodEnd)
  }

  #endOfPeriod(ms: number): number {
    if (this.#every === 'never') return Number.POSITIVE_INFINITY
    if (this.#every === 'day') return new Date(ms).setHours(24, 0, 0, 0)
    const local = ms - new Date(ms).getTimezoneOffset() * 60_000
    return ms + HOUR_MS - (local % HOUR_MS)
  }
}

/**
 * Renames the file, unless another process has done so or is doing so. A process that still has it open keeps writing to it.
 * @param newest the time of the newest rotated file
 * @returns the renamed file, and its size
 */
export function* rotate(
  { path, stats }: OpenFile,
  newest: number,
): Steps<{ to: RotatedName; size: number } | undefined> {
  return yield* withLock(lockOf(path), function* () {
    const found = yield* ifThere(stat(path))
    if (found?.ino !== stats.ino || found.dev !== stats.dev) return undefined
    const lastWrite = Math.min(Number(found.mtimeMs), Date.now()) // somebody may have set its time
    const to = yield* reserveName(path, lastWrite, newest)
    try {
      yield* rename(path, to.path, stats.ino)
    } catch (error) {
      yield* remove(to.path)
      throw withoutName(error, to.path)
    }
    return { to, size: Number(found.size) }
  })
}

/** Creates an empty file with a new name. Renaming the logfile to that name then overwrites no other file. */
function* reserveName(path: string, lastWrite: number, newest: number): Steps<RotatedName> {
  let name = nextRotatedName(path, lastWrite, newest)
  for (let names = 1; ; names++) {
    try {
      yield* close(yield* open(name.path, 'wx'))
      return name
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || names === MAX_NAMES)
        throw withoutName(error, name.path)
      name = nextRotatedName(path, lastWrite, name.time)
    }
  }
}
