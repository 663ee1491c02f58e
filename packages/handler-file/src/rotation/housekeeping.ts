import { rm } from 'node:fs/promises'
import { clearTimeout, setTimeout } from 'node:timers'
import type { Failures } from '@actionlog/core'
import { compress } from './compress.js'
import { type Part, RotatedFiles, statOurs } from './rotated-files.js'
import { localTime, type RotatedName } from './rotated-name.js'

const DAY_MS = 86_400_000
const MAX_WAIT_MS = 3_600_000 // not longer, because clocks are set and machines sleep
const STALE_PART_MS = 60_000
const LATE_WRITE_MS = 1_000
const MAX_UNSHARED = 1_000
const REST_MS_PER_ENTRY = 0.2 // before a folder is read again, so that quick rotations in a large one cost little CPU

/** Which rotated files are kept, and how. */
export interface Keeping {
  /** 0: any number */
  readonly keepFiles: number
  /** 0: forever */
  readonly keepDays: number
  readonly gzip: boolean
  /** Milliseconds without a write before a file is compressed, because other processes may still write to it. */
  readonly graceMs: number
}

/** Removes and compresses rotated files in the background, one at a time, whichever process rotated them. */
export class Housekeeping {
  readonly #keeping: Keeping
  readonly #failures: Failures
  readonly #closing = new AbortController()
  /** Rotated files that no sibling has written to. */
  readonly #unshared = new Set<string>()
  #newest = 0
  /** What failed in this pass and the one before. */
  #failing = new Set<string>()
  #wanted: string | undefined
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  /** When the folder may be read again. */
  #restUntil = 0

  constructor(keeping: Keeping, failures: Failures) {
    this.#keeping = keeping
    this.#failures = failures
  }

  /** The time of the newest rotated file that is known. */
  get newest(): number {
    return this.#newest
  }

  /** Adds a file that this process has rotated. @param isUnshared whether no other process has written to it */
  addRotated({ path, time }: RotatedName, isUnshared: boolean): void {
    this.#newest = Math.max(this.#newest, time)
    if (this.#unshared.size === MAX_UNSHARED) this.#unshared.clear() // then these wait a second, like the others
    if (isUnshared && this.#keeping.keepFiles > 0) this.#unshared.add(path)
  }

  /** Begins a pass soon. If one is running, another one follows. */
  tidy(logfile: string): void {
    this.#wanted = logfile
    if (!this.#running) this.#schedule(0)
  }

  /** Resolves when files that are too old are removed. Stops compressing, even in the middle of a file. */
  async stop(): Promise<void> {
    this.#closing.abort()
    await this.#running
    const { keepFiles, keepDays } = this.#keeping
    if (keepFiles > 0 || keepDays > 0) await this.#run()
    clearTimeout(this.#timer)
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer)
    const restMs = this.#restUntil - performance.now()
    this.#timer = setTimeout(() => this.#run(), Math.min(Math.max(ms, restMs), MAX_WAIT_MS)).unref()
  }

  #run(): Promise<void> | undefined {
    if (this.#wanted !== undefined) this.#running ??= this.#pass(this.#wanted)
    return this.#running
  }

  async #pass(logfile: string): Promise<void> {
    this.#wanted = undefined
    const before = this.#failing
    this.#failing = new Set()
    let waitMs = Number.POSITIVE_INFINITY
    await this.#try(`the rotated files of ${logfile} cannot be cleaned up`, async () => {
      waitMs = await this.#tidy(logfile)
    })
    for (const what of before) if (!this.#failing.has(what)) this.#failures.endFailures(what)
    if (this.#failing.size > 0) waitMs = Math.min(waitMs, MAX_WAIT_MS)
    this.#running = undefined
    if (this.#wanted !== undefined) return this.#schedule(0)
    if (waitMs === Number.POSITIVE_INFINITY) return
    this.#wanted = logfile
    this.#schedule(waitMs)
  }

  /** @returns in how many milliseconds there is more to do */
  async #tidy(logfile: string): Promise<number> {
    const files = await RotatedFiles.read(logfile)
    const first = await files.nthNewest(this.#keeping.keepFiles)
    this.#newest = Math.max(this.#newest, await files.nthNewest(1))
    this.#restUntil = performance.now() + files.entries * REST_MS_PER_ENTRY
    const { keepDays, gzip } = this.#keeping
    const since = keepDays > 0 ? localTime(Date.now() - keepDays * DAY_MS) : 0
    const kept = Math.max(first, since)
    const removeMs = await this.#removeBefore(kept, files)
    const next = files.firstFrom(kept)
    const agedMs = keepDays > 0 && next !== undefined ? next - since + 1 : Number.POSITIVE_INFINITY
    const growing = await this.#removeStale(files.parts)
    const compressMs = gzip
      ? await this.#compress(files.uncompressedFrom(kept), growing)
      : Number.POSITIVE_INFINITY
    return Math.min(removeMs, agedMs, compressMs)
  }

  async #removeBefore(first: number, files: RotatedFiles): Promise<number> {
    let waitMs = Number.POSITIVE_INFINITY
    for (const { path } of files.before(first)) {
      const stats = await statOurs(path)
      if (!stats) continue
      const left = this.#unshared.has(path) ? 0 : LATE_WRITE_MS - idleMs(stats.ctimeMs)
      if (left > 0) waitMs = Math.min(waitMs, left)
      else if (await this.#try(`${path} cannot be removed`, () => rm(path, { force: true })))
        this.#unshared.delete(path)
    }
    return waitMs
  }

  /** Removes unfinished files of dead processes. @returns the files that another process is compressing */
  async #removeStale(parts: readonly Part[]): Promise<Set<string>> {
    const growing = new Set<string>()
    for (const { path, of } of parts) {
      const stats = await statOurs(path)
      if (!stats) continue
      if (idleMs(stats.mtimeMs) < STALE_PART_MS) growing.add(of)
      else await this.#try(`${path} cannot be removed`, () => rm(path, { force: true }))
    }
    return growing
  }

  async #compress(files: Iterable<RotatedName>, growing: ReadonlySet<string>): Promise<number> {
    const { graceMs } = this.#keeping
    let waitMs = Number.POSITIVE_INFINITY
    for (const { path } of files) {
      if (this.#wanted !== undefined || this.#closing.signal.aborted) break
      const stats = await statOurs(path)
      if (!stats) continue
      const left = growing.has(path) ? STALE_PART_MS : graceMs - idleMs(stats.ctimeMs)
      if (left > 0) {
        waitMs = Math.min(waitMs, left)
        continue
      }
      await this.#try(`${path} cannot be compressed`, async () => {
        const isDone = await compress(path, this.#closing.signal)
        if (!isDone) waitMs = Math.min(waitMs, LATE_WRITE_MS + graceMs)
      })
    }
    return waitMs
  }

  /** Reports a failure, which stops no work on other files. @returns whether the work was successful */
  async #try(what: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      this.#failing.add(what)
      this.#failures.recordFailure(what, error)
      return false
    }
  }
}

/**
 * Returns for how many milliseconds nobody has written to a file. A time in the future counts like one in the past.
 * @param ms of its stats: `ctimeMs`, which nobody can set, changes when it is written to or renamed
 */
function idleMs(ms: number): number {
  return Math.abs(Date.now() - ms)
}
