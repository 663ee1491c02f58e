import { close, fstatSync, realpathSync, type Stats, statSync, write, writeSync } from 'node:fs'
import { stat, statfs } from 'node:fs/promises'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { ActionLogError, messageOf } from '@actionlog/core'
import { isDescriptorPath } from '../descriptor-path.js'
import type { FileTrouble } from '../file-trouble.js'
import { lockOf } from '../rotation/lock.js'
import { type Rotation, rotate } from '../rotation/rotation.js'
import { type OpenedFile, openLogfile } from './open.js'
import { arrivedOf, endHalfLine, takeBack } from './tail.js'

const LOOK_MS = 250
const RETRY_MS = 10
const TRY_MS = 1_000
const LOOKS_BEFORE_FULL = 8
const MOMENT_MS = 1_000
const MISSING = ['ENOENT', 'ENOTDIR']
const writeAsync = promisify(write)

/** What a look has led to; a file deleted while it was written to has taken the last lines with it. */
export type Change = 'same' | 'rotated' | 'reopened' | 'deleted'

/** The file that stands at a path, whoever puts another one there. */
export class AppendFile {
  readonly #path: string
  readonly #mode: number
  readonly #rotation: Rotation
  readonly #trouble: FileTrouble
  #open: OpenedFile
  /** It has a name, to be renamed. */
  #isNamed = false
  /** At least: siblings write too. */
  #size = 0
  #sizeSeen = 0
  #lookedAt = performance.now()
  #rotateFrom = 0
  #triedAt = 0

  /** @throws ActionLogError `handler_failed` if it cannot be opened */
  constructor(logfile: string, mode: number, rotation: Rotation, trouble: FileTrouble) {
    this.#path = resolve(logfile)
    this.#mode = mode
    this.#rotation = rotation
    this.#trouble = trouble
    try {
      this.#open = openLogfile(this.#path, mode)
      this.#begin()
    } catch (error) {
      throw new ActionLogError(
        'handler_failed',
        `@actionlog/handler-file: options.logfile "${logfile}" cannot be opened: ${messageOf(error)}`,
        { cause: error },
      )
    }
  }

  /** What else there is takes bytes at once or not at all, and is not read, rotated nor cut. */
  get isRegular(): boolean {
    return this.#open.stats.isFile()
  }

  /** How many bytes it may have before it is rotated. */
  get maxBytes(): number {
    return this.#isNamed ? this.#rotation.roomAfter(0) : Number.POSITIVE_INFINITY
  }

  /** The file's own path, behind symbolic links. */
  get realPath(): string {
    try {
      return realpathSync(this.#path)
    } catch {
      return this.#path // renamed just now
    }
  }

  /** Makes a look due. */
  mistrust(): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY
  }

  /** Whether it is time for a look, before `more` bytes are written. */
  isLookDue(more: number): boolean {
    const now = performance.now()
    if (now - this.#lookedAt >= LOOK_MS) return true
    if (!this.#isNamed) return false
    const grown = this.#size - this.#sizeSeen // and by siblings as much, each
    if (grown > 0 && grown * LOOKS_BEFORE_FULL > this.#rotation.roomAfter(this.#sizeSeen)) return true
    return now >= this.#rotateFrom && this.#rotation.isDue(this.#size, more)
  }

  /**
   * Sees whether the path still leads here, opens what it leads to now, and rotates the file if that is due.
   * @throws Error if the file was deleted and cannot be opened anew
   */
  async look(more: number): Promise<Change> {
    this.#lookedAt = performance.now()
    return this.#saw(await stat(this.#path).catch((error) => error), more)
  }

  /** The same, holding the thread up: at exit. */
  lookSync(more: number): Change {
    this.#lookedAt = performance.now()
    try {
      return this.#saw(statSync(this.#path), more)
    } catch (error) {
      return this.#saw(error as Error, more)
    }
  }

  /** How many of the bytes it took. */
  async write(bytes: Uint8Array): Promise<number> {
    const { bytesWritten } = await writeAsync(this.#open.fd, bytes)
    return this.#grown(bytesWritten)
  }

  writeSync(bytes: Uint8Array): number {
    return this.#grown(writeSync(this.#open.fd, bytes))
  }

  /** Not for sure: whether another attempt is worth it, as on a full disk it makes the file grow and shrink. */
  async hasRoom(): Promise<boolean> {
    const now = performance.now()
    if (!this.isRegular || now - this.#triedAt >= TRY_MS) {
      this.#triedAt = now
      return true
    }
    const { bavail, bfree } = await statfs(this.#path).catch(() => ({ bavail: 1, bfree: 1 }))
    return (process.getuid?.() === 0 ? bfree : bavail) > 0 // some is reserved for root
  }

  /** Takes the bytes written last away again, unless somebody wrote after them. */
  takeBack(bytes: Uint8Array): boolean {
    const isDone = takeBack(this.#open.fd, bytes)
    if (isDone) this.#size -= bytes.length
    return isDone
  }

  /** How many of these bytes a write has brought that nobody hears of any more. */
  arrivedOf(bytes: Uint8Array): number {
    return arrivedOf(this.#open.fd, bytes, this.#size)
  }

  /** Ends the line that a killed process left half. @returns whether there still is one */
  endHalfLine(): boolean {
    return this.isRegular && endHalfLine(this.#open.fd, lockOf(this.realPath))
  }

  close(): Promise<Error | null | undefined> {
    return new Promise((closed) => close(this.#open.fd, closed))
  }

  #saw(found: Stats | NodeJS.ErrnoException, more: number): Change {
    this.#rotateFrom = this.#lookedAt + RETRY_MS
    this.#sizeSeen = this.#size
    if (found instanceof Error && !MISSING.includes(found.code ?? '')) {
      this.#trouble.failed('opened', found)
      return 'same'
    }
    if (found instanceof Error || !this.#isThis(found)) return this.#reopen()
    this.#trouble.over('opened')
    this.#size = this.#sizeSeen = found.size
    if (this.#isNamed && this.#rotation.isDue(found.size, more)) return this.#rotate()
    this.#rotateFrom = 0
    return 'same'
  }

  #begin(): void {
    const { stats } = this.#open
    this.#isNamed = this.isRegular && !isDescriptorPath(this.#path)
    this.#size = this.#sizeSeen = stats.size
    this.#rotateFrom = 0
    this.#rotation.begin(stats)
  }

  #isThis({ dev, ino }: Stats): boolean {
    return ino === this.#open.stats.ino && dev === this.#open.stats.dev
  }

  #rotate(): Change {
    try {
      rotate(this.realPath, this.#open.stats)
      this.#trouble.over('rotated')
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT' // a sibling is at it
      if (!isMissing) this.#trouble.failed('rotated', error as Error)
    }
    const found = statSync(this.#path, { throwIfNoEntry: false })
    if (found && this.#isThis(found)) return 'same'
    const change = this.#reopen()
    return change === 'reopened' ? 'rotated' : change
  }

  #reopen(): Change {
    const { nlink, mtimeMs, ctimeMs } = fstatSync(this.#open.fd)
    const isDeleted = this.isRegular && nlink === 0
    try {
      const opened = openLogfile(this.#path, this.#mode)
      close(this.#open.fd, () => {})
      this.#open = opened
      this.#begin()
      this.#trouble.over('opened')
      // what was written long before is in the hands of whoever deleted the file
      return isDeleted && ctimeMs - mtimeMs < MOMENT_MS ? 'deleted' : 'reopened'
    } catch (error) {
      if (isDeleted) {
        this.mistrust()
        throw error // what would be written now is lost
      }
      this.#trouble.failed('opened', error as Error)
      return 'same'
    }
  }

  #grown(bytes: number): number {
    if (bytes === 0) throw new Error('it takes no byte')
    this.#size += bytes
    return bytes
  }
}
