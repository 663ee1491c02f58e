import { close, fstatSync, realpathSync, type Stats, statSync, write, writeSync } from 'node:fs'
import { stat, statfs } from 'node:fs/promises'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { endHalfLine, hasGrownBy, takeBack } from './file-end.js'
import type { FileTrouble } from './file-trouble.js'
import { openLogfile } from './open-logfile.js'
import { type Rotation, rotate } from './rotation.js'
import { lockOf } from './with-lock.js'

const LOOK_MS = 250
const FULL_LOOK_MS = 10
const MOMENT_MS = 1_000
const MISSING = ['ENOENT', 'ENOTDIR']
const writeAsync = promisify(write)

/** The file that stands at a path, whoever puts another one there. */
export class AppendFile {
  readonly #path: string
  readonly #mode: number
  readonly #rotation: Rotation
  readonly #trouble: FileTrouble
  #fd: number
  #stats: Stats
  /** At least: siblings write too. */
  #size: number
  #lookedAt: number

  /** @throws ActionLogError `handler_failed` if it cannot be opened */
  constructor(logfile: string, mode: number, rotation: Rotation, trouble: FileTrouble) {
    this.#path = resolve(logfile)
    this.#mode = mode
    this.#rotation = rotation
    this.#trouble = trouble
    ;({ fd: this.#fd, stats: this.#stats } = openLogfile(logfile, mode))
    this.#size = this.#stats.size
    this.#lookedAt = performance.now()
    rotation.begin(this.#stats)
  }

  /** What else there is takes bytes at once or not at all, and is not read, rotated nor cut. */
  get isRegular(): boolean {
    return this.#stats.isFile()
  }

  /** The file's own path, behind symbolic links. */
  get realPath(): string {
    return realpathSync(this.#path)
  }

  /** Makes the next {@link follow} look. */
  mistrust(): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY
  }

  /**
   * Before `more` bytes are written: looks, a few times a second at most, whether the path still leads here,
   * opens what it leads to now, and rotates the file if that is due.
   * @returns what was done, if anything
   * @throws ActionLogError if the file was deleted and cannot be opened anew
   */
  async follow(more: number): Promise<'looked' | 'rotated' | 'reopened' | 'deleted' | undefined> {
    const isDue = this.isRegular && this.#rotation.isDue(this.#size, more)
    if (performance.now() - this.#lookedAt < (isDue ? FULL_LOOK_MS : LOOK_MS)) return undefined
    this.#lookedAt = performance.now()
    const found = await stat(this.#path).catch((error) => error)
    if (this.#isHere(found)) {
      this.#size = found.size
      if (!this.isRegular || !this.#rotation.isDue(this.#size, more)) return 'looked'
      return this.#rotate()
    }
    const isUnknown = found instanceof Error && !MISSING.includes((found as NodeJS.ErrnoException).code ?? '')
    return isUnknown ? undefined : this.#reopen()
  }

  /** How many of the bytes it took. */
  async write(bytes: Uint8Array): Promise<number> {
    if (!this.isRegular) return this.writeSync(bytes)
    const { bytesWritten } = await writeAsync(this.#fd, bytes)
    return this.#grown(bytesWritten)
  }

  writeSync(bytes: Uint8Array): number {
    return this.#grown(writeSync(this.#fd, bytes))
  }

  /** Whether an attempt is worth it: each one on a full disk lets the file grow and shrink before its readers. */
  async hasRoom(): Promise<boolean> {
    if (!this.isRegular) return true
    const { bavail, bfree } = await statfs(this.#path).catch(() => ({ bavail: 1, bfree: 1 }))
    return (process.getuid?.() === 0 ? bfree : bavail) > 0 // some is reserved for root
  }

  /** Takes the bytes written last away again, unless somebody wrote after them. */
  takeBack(bytes: Uint8Array): boolean {
    const isDone = takeBack(this.#fd, bytes)
    if (isDone) this.#size -= bytes.length
    return isDone
  }

  /** Whether a write that nobody can wait for any more has brought these bytes. */
  holds(bytes: Uint8Array): boolean {
    return hasGrownBy(this.#fd, bytes, this.#size)
  }

  /** Ends the line that a killed process left half. @returns whether there still is one */
  endHalfLine(): boolean {
    return this.isRegular && endHalfLine(this.#fd, lockOf(this.realPath))
  }

  close(): Promise<Error | null | undefined> {
    return new Promise((closed) => close(this.#fd, closed))
  }

  #isHere(found: Stats | Error): found is Stats {
    return !(found instanceof Error) && found.ino === this.#stats.ino && found.dev === this.#stats.dev
  }

  #rotate(): 'rotated' | 'reopened' | 'deleted' | 'looked' {
    try {
      rotate(this.realPath, this.#stats)
      this.#trouble.over('rotated')
    } catch (error) {
      this.#trouble.failed('rotated', error as Error)
    }
    const found = statSync(this.#path, { throwIfNoEntry: false })
    if (found && this.#isHere(found)) return 'looked'
    const done = this.#reopen()
    return done === 'reopened' ? 'rotated' : (done ?? 'looked')
  }

  #reopen(): 'reopened' | 'deleted' | undefined {
    const { nlink, mtimeMs, ctimeMs } = fstatSync(this.#fd)
    const isDeleted = this.isRegular && nlink === 0
    try {
      const { fd, stats } = openLogfile(this.#path, this.#mode)
      close(this.#fd, () => {})
      this.#fd = fd
      this.#stats = stats
      this.#size = stats.size
      this.#rotation.begin(stats)
      this.#trouble.over('opened')
      // what was written long before is in the hands of whoever deleted the file
      return isDeleted && ctimeMs - mtimeMs < MOMENT_MS ? 'deleted' : 'reopened'
    } catch (error) {
      if (isDeleted) {
        this.mistrust()
        throw error // what would be written now is lost
      }
      this.#trouble.failed('opened', error as Error)
      return undefined
    }
  }

  #grown(bytes: number): number {
    if (bytes === 0) throw new Error('it takes no byte')
    this.#size += bytes
    return bytes
  }
}
