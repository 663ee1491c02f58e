import { lstat, rm } from 'node:fs/promises'
import { clearTimeout, setTimeout } from 'node:timers'
import type { Failures } from '@actionlog/core'
import { compress } from './compress.js'
import { type Part, readRotatedFiles } from './rotated-files.js'
import { localTime, type RotatedName } from './rotated-name.js'

const DAY_MS = 86_400_000
const MAX_WAIT_MS = 3_600_000 // clocks are set, machines sleep
const STALE_PART_MS = 60_000
const LATE_WRITE_MS = 1_000
const MAX_UNSHARED = 1_000

/** What is kept of the rotated files. */
export interface Keeping {
  /** 0: any number */
  readonly keepFiles: number
  /** 0: for ever */
  readonly keepDays: number
  readonly gzip: boolean
  /** How long nobody must have written to a file before it is compressed: siblings write to it for a moment. */
  readonly graceMs: number
}

/** Removes and compresses rotated files, whoever rotated them, beside the requests and one file at a time. */
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

  constructor(keeping: Keeping, failures: Failures) {
    this.#keeping = keeping
    this.#failures = failures
  }

  /** The time of the newest rotated file that is known. */
  get newest(): number {
    return this.#newest
  }

  /** This process has rotated a file. @param isUnshared no sibling has written to it */
  addRotated({ path, time }: RotatedName, isUnshared: boolean): void {
    this.#newest = Math.max(this.#newest, time)
    if (this.#unshared.size === MAX_UNSHARED) this.#unshared.clear() // these wait a second then, as others do
    if (isUnshared && this.#keeping.keepFiles > 0) this.#unshared.add(path)
  }

  /** Begins a pass soon; where one is running, another follows. */
  tidy(logfile: string): void {
    this.#wanted = logfile
    if (!this.#running) this.#schedule(0)
  }

  /** Resolves when what is too old is removed. Nothing more is compressed, and compressing a file is aborted. */
  async stop(): Promise<void> {
    this.#closing.abort()
    const { keepFiles, keepDays } = this.#keeping
    if (keepFiles > 0 || keepDays > 0) this.#run()
    await this.#running
    clearTimeout(this.#timer)
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#run(), ms).unref()
  }

  #run(): void {
    if (this.#wanted !== undefined) this.#running ??= this.#passes()
  }

  async #passes(): Promise<void> {
    while (this.#wanted !== undefined) {
      const logfile = this.#wanted
      this.#wanted = undefined
      const before = this.#failing
      this.#failing = new Set()
      let waitMs = Number.POSITIVE_INFINITY
      await this.#try(`the rotated files of ${logfile} cannot be tidied up`, async () => {
        waitMs = await this.#tidy(logfile)
      })
      for (const what of before) if (!this.#failing.has(what)) this.#failures.endFailures(what)
      if (this.#failing.size > 0) waitMs = Math.min(waitMs, MAX_WAIT_MS)
      if (this.#wanted !== undefined || waitMs === Number.POSITIVE_INFINITY) continue
      this.#wanted = logfile
      this.#schedule(Math.min(waitMs, MAX_WAIT_MS))
      break
    }
    this.#running = undefined
  }

  /** @returns in how many milliseconds there is more to do */
  async #tidy(logfile: string): Promise<number> {
    const { files, parts } = await readRotatedFiles(logfile)
    this.#newest = Math.max(this.#newest, files.at(-1)?.time ?? 0)
    const [kept, removeMs] = await this.#removeOld(files)
    const growing = await this.#removeStale(parts)
    return Math.min(removeMs, await this.#compressAll(kept, growing))
  }

  async #removeOld(files: readonly RotatedName[]): Promise<[kept: RotatedName[], waitMs: number]> {
    const { keepFiles, keepDays } = this.#keeping
    const first = keepFiles > 0 ? nthNewest(files, keepFiles) : 0
    const since = keepDays > 0 ? localTime(Date.now() - keepDays * DAY_MS) : 0
    const isOld = ({ time }: RotatedName): boolean => time < first || time < since
    let waitMs = Number.POSITIVE_INFINITY
    for (const { path } of files.filter(isOld)) {
      const left = this.#unshared.has(path) ? 0 : LATE_WRITE_MS - (await idleMs(path))
      if (left > 0) waitMs = Math.min(waitMs, left)
      else if (await this.#try(`${path} cannot be removed`, () => rm(path, { force: true })))
        this.#unshared.delete(path)
    }
    const kept = files.filter((file) => !isOld(file))
    if (keepDays > 0 && kept[0]) waitMs = Math.min(waitMs, kept[0].time - since + 1)
    return [kept, waitMs]
  }

  /** Removes what is left of processes that died. @returns the files that a sibling is compressing */
  async #removeStale(parts: readonly Part[]): Promise<Set<string>> {
    const growing = new Set<string>()
    for (const { path, of } of parts) {
      if ((await idleMs(path, 'mtimeMs')) < STALE_PART_MS) growing.add(of)
      else await this.#try(`${path} cannot be removed`, () => rm(path, { force: true }))
    }
    return growing
  }

  async #compressAll(files: readonly RotatedName[], growing: ReadonlySet<string>): Promise<number> {
    const { gzip, graceMs } = this.#keeping
    let waitMs = Number.POSITIVE_INFINITY
    if (!gzip) return waitMs
    for (const { path, isCompressed } of files) {
      if (this.#wanted !== undefined || this.#closing.signal.aborted) break
      if (isCompressed) continue
      const left = growing.has(path) ? STALE_PART_MS : graceMs - (await idleMs(path))
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

  /** What fails concerns one file. @returns whether it was successful */
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

/** The time of the oldest file to keep; a file and the same compressed count once. */
function nthNewest(files: readonly RotatedName[], n: number): number {
  let found = 0
  for (let i = files.length - 1, time = Number.NaN; i >= 0 && found < n; i--) {
    const next = (files[i] as RotatedName).time
    if (next !== time) found++
    time = next
    if (found === n) return time
  }
  return 0
}

/**
 * For how long nobody has written to the file. A time ahead says nothing.
 * @param time `'ctimeMs'`, which nobody can set, changes when the file is written to or renamed
 */
async function idleMs(path: string, time: 'ctimeMs' | 'mtimeMs' = 'ctimeMs'): Promise<number> {
  const stats = await lstat(path).catch(() => undefined) // gone meanwhile
  return stats ? Math.abs(Date.now() - stats[time]) : Number.POSITIVE_INFINITY
}
