import { type BigIntStats, close, write, writeSync } from 'node:fs'
import { type Failures, messageOf } from '@actionlog/core'
import { lockOf } from '../rotation/lock.js'
import { sleep } from '../sleep.js'
import { type Operation, runNow, type Steps } from '../steps.js'
import { fstat, isMissing, stat } from './calls.js'
import { type OpenFile, openLogfile } from './open.js'
import { countArrived, endHalfLine, takeBack } from './tail.js'

const LOOK_MS = 250
const MOMENT_MS = 1_000

/** What happened to the file at the path. `'deleted'`: it was deleted within a second after the last write. */
export type Change = 'same' | 'reopened' | 'deleted'

/** The file at a path. It is opened again when another file takes its place. */
export class LogFile {
  readonly path: string
  readonly #cannotOpen: string
  readonly #cannotWrite: string
  readonly #mode: number
  readonly #failures: Failures
  #open: OpenFile
  #size = 0
  /** Bytes that this process wrote to it since it was opened. */
  #written = 0
  #lookedAt = performance.now()
  #isHandleSuspect = false
  #writeFailure: NodeJS.ErrnoException | undefined

  private constructor(path: string, mode: number, failures: Failures, open: OpenFile) {
    this.path = path
    this.#mode = mode
    this.#failures = failures
    this.#cannotWrite = `${path} cannot be written`
    this.#cannotOpen = `${path} cannot be opened`
    this.#open = open
    this.#size = Number(open.stats.size)
  }

  /** @throws Error if the file cannot be opened */
  static open(path: string, mode: number, failures: Failures): LogFile {
    return new LogFile(path, mode, failures, runNow(openLogfile(path, mode)))
  }

  /** The open file, as it was when it was opened. */
  get opened(): OpenFile {
    return this.#open
  }

  /** Whether it is a regular file. Other kinds are never read, rotated or truncated. */
  get isRegular(): boolean {
    return this.#open.stats.isFile()
  }

  /** Its size as far as it is known. Other processes may have made it larger. */
  get size(): number {
    return this.#size
  }

  get isLookDue(): boolean {
    return performance.now() - this.#lookedAt >= LOOK_MS
  }

  /** Whether a file of this size contains nothing that another process wrote. */
  isUnshared(size: number): boolean {
    return this.#open.stats.size === 0n && size === this.#written
  }

  /** Makes `look()` due before the next write. */
  requireLook(): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY
  }

  /** The error of the last write, if it failed. */
  get writeFailure(): NodeJS.ErrnoException | undefined {
    return this.#writeFailure
  }

  /** Why records are dropped. */
  get dropReason(): string {
    return this.#writeFailure ? messageOf(this.#writeFailure) : 'the file was too slow'
  }

  /** Records a failed write. The next look opens the file again, because the handle may be stale (NFS). */
  recordWriteFailure(error: Error): void {
    const isNew = !this.#writeFailure
    this.#writeFailure = error
    this.#isHandleSuspect = true
    this.requireLook()
    if (isNew) this.#failures.recordFailure(this.#cannotWrite, error) // how many bytes it wrote differs each time
  }

  /** Records a successful write. */
  endWriteFailure(): void {
    if (!this.#writeFailure) return
    this.#writeFailure = undefined
    this.#failures.endFailures(this.#cannotWrite)
  }

  /**
   * Checks whether the path still leads to the open file. If not, opens the file that it leads to now.
   * @throws Error if the file was deleted and cannot be opened again
   */
  *look(): Steps<Change> {
    this.#lookedAt = performance.now()
    let found: BigIntStats | Error
    try {
      found = yield* stat(this.path)
    } catch (error) {
      found = error as Error
    }
    return yield* this.#see(found)
  }

  /** Appends bytes. The result is how many of them were written. */
  write(bytes: Uint8Array): Operation<number> {
    const { fd } = this.#open
    const before = this.#size
    const now = (): number => this.#took(writeSync(fd, bytes))
    return {
      start: async () => (this.isRegular ? this.#took(await writeAsync(fd, bytes)) : now()),
      now,
      // the callback comes too late now, so the file itself shows what was written
      takeOver: (until) => {
        let arrived = countArrived(fd, bytes, before)
        for (; arrived < bytes.length && performance.now() < until; arrived = countArrived(fd, bytes, before))
          sleep(1)
        return arrived
      },
    }
  }

  /** Whether the file was deleted, so that the bytes just written are lost. */
  *isGone(): Steps<boolean> {
    const { fd, isNamed, stats } = this.#open
    return isNamed && stats.nlink > 0n && (yield* fstat(fd)).nlink === 0n
  }

  /** Truncates the bytes written last, unless somebody has written after them. */
  *takeBack(bytes: Uint8Array): Steps<boolean> {
    const isDone = yield* takeBack(this.#open.fd, bytes)
    if (isDone) this.#count(-bytes.length)
    return isDone
  }

  /** Ends the line that a killed process left half written. @returns whether the file still ends within a line */
  endHalfLine(): boolean {
    return this.isRegular && runNow(endHalfLine(this.#open.fd, lockOf(this.#open.path)))
  }

  close(): Promise<unknown> {
    return new Promise((closed) => close(this.#open.fd, closed))
  }

  *#see(found: BigIntStats | Error): Steps<Change> {
    if (found instanceof Error && !isMissing(found)) {
      this.#failures.recordFailure(this.#cannotOpen, found)
      if (!this.#isHandleSuspect) return 'same'
    }
    const isSame = !(found instanceof Error) && this.#isOpen(found)
    if (!isSame || this.#isHandleSuspect) return yield* this.#reopen()
    this.#failures.endFailures(this.#cannotOpen)
    this.#size = Number(found.size)
    return 'same'
  }

  #isOpen({ dev, ino }: BigIntStats): boolean {
    return ino === this.#open.stats.ino && dev === this.#open.stats.dev
  }

  *#reopen(): Steps<Change> {
    const deletion = yield* this.#deletion()
    try {
      const opened = yield* openLogfile(this.path, this.#mode)
      const isSame = this.#isOpen(opened.stats)
      close(this.#open.fd, () => {})
      this.#open = opened
      this.#size = Number(opened.stats.size)
      this.#written = 0
      this.#isHandleSuspect = false
      this.#failures.endFailures(this.#cannotOpen)
      if (isSame) return 'same'
      return deletion === 'now' ? 'deleted' : 'reopened'
    } catch (error) {
      if (deletion) {
        this.requireLook()
        throw error // bytes written now would be lost
      }
      this.#failures.recordFailure(this.#cannotOpen, error)
      return 'same'
    }
  }

  /** Whether the open file was deleted, and if so, whether that was within a second of the last write to it. */
  *#deletion(): Steps<'now' | 'later' | undefined> {
    try {
      const { nlink, mtimeMs, ctimeMs } = yield* fstat(this.#open.fd)
      if (!this.isRegular || nlink > 0n) return undefined
      return Number(ctimeMs - mtimeMs) < MOMENT_MS ? 'now' : 'later' // later it was deleted on purpose
    } catch {
      return undefined // the handle is stale
    }
  }

  #took(bytes: number): number {
    if (bytes === 0) throw new Error('wrote 0 bytes')
    this.#count(bytes)
    return bytes
  }

  #count(bytes: number): void {
    this.#size += bytes
    this.#written += bytes
  }
}

function writeAsync(fd: number, bytes: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) =>
    write(fd, bytes, (error, written) => (error ? reject(error) : resolve(written))),
  )
}
