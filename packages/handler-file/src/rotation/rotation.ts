import { closeSync, openSync, readdirSync, renameSync, rmSync, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { lockOf, withLock } from './lock.js'
import { nextRotatedName, rotatedNames } from './rotated-name.js'

const HOUR_MS = 3_600_000

/** When a file has to give way to a new one. */
export class Rotation {
  readonly #maxBytes: number
  readonly #every: 'never' | 'hour' | 'day'
  #periodEnd = Number.POSITIVE_INFINITY

  /** @param maxBytes 0: any size */
  constructor(maxBytes: number, every: 'never' | 'hour' | 'day') {
    this.#maxBytes = maxBytes || Number.POSITIVE_INFINITY
    this.#every = every
  }

  get isOn(): boolean {
    return this.#every !== 'never' || this.#maxBytes < Number.POSITIVE_INFINITY
  }

  /** A file was opened: its period is that of what is in it already. */
  begin({ size, mtimeMs }: Stats): void {
    this.#periodEnd = this.#endOfPeriod(size > 0 ? mtimeMs : Date.now())
  }

  /** Whether a file of this size must be rotated before it gets `more` bytes. */
  isDue(size: number, more: number): boolean {
    const now = Date.now()
    this.#periodEnd = Math.min(this.#periodEnd, this.#endOfPeriod(now)) // the clock was put back
    return size > 0 && more > 0 && (size + more > this.#maxBytes || now >= this.#periodEnd)
  }

  /** How many bytes a file of this size may get. */
  roomAfter(size: number): number {
    return this.#maxBytes - size
  }

  #endOfPeriod(ms: number): number {
    if (this.#every === 'never') return Number.POSITIVE_INFINITY
    if (this.#every === 'day') return new Date(ms).setHours(24, 0, 0, 0)
    const local = ms - new Date(ms).getTimezoneOffset() * 60_000
    return ms + HOUR_MS - (local % HOUR_MS)
  }
}

/**
 * Renames the file, unless a sibling has done so or is about to. Whoever still has it open writes on into it.
 * @param logfile no symbolic link
 */
export function rotate(logfile: string, { dev, ino }: Stats): void {
  withLock(lockOf(logfile), () => {
    const stats = statSync(logfile, { throwIfNoEntry: false })
    if (stats?.ino !== ino || stats.dev !== dev) return
    const others = rotatedNames(logfile, readdirSync(dirname(logfile)))
    const target = nextRotatedName(logfile, stats.mtimeMs, others)
    closeSync(openSync(target, 'wx')) // a rename over nothing but this can destroy no other file
    try {
      renameSync(logfile, target)
    } catch (error) {
      rmSync(target)
      throw error
    }
  })
}
