import { rm } from 'node:fs/promises'
import { clearTimeout, setTimeout } from 'node:timers'
import type { Failures } from '@actionlog/core'
import { compress } from './compress.js'
import { type Part, type RotatedFile, readRotatedFiles } from './rotated-files.js'
import { betweenStamps, stampOf } from './rotated-name.js'
import type { Rotated } from './rotation.js'

const DAY_MS = 86_400_000
const MAX_WAIT_MS = 3_600_000 // clocks are set, machines sleep
const STALE_PART_MS = 60_000
const LATE_WRITE_MS = 1_000

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
  #newest = ''
  /** What failed in this pass and the one before. */
  #failing = new Set<string>()
  #wanted: string | undefined
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined

  constructor(keeping: Keeping, failures: Failures) {
    this.#keeping = keeping
    this.#failures = failures
  }

  /** The stamp of the newest rotated file that is known. */
  get newest(): string {
    return this.#newest
  }

  /** This process has rotated a file. @param isUnshared no sibling has written to it */
  addRotated({ path, stamp }: Rotated, isUnshared: boolean): void {
    if (stamp > this.#newest) this.#newest = stamp
    if (isUnshared && this.#keeping.keepFiles > 0) this.#unshared.add(path)
  }

  /** Begins a pass soon; where one is running, another follows. */
  tidy(logfile: string): void {
    this.#wanted = logfile
    if (!this.#running) this.#schedule(0)
  }

  /** Resolves when what is too old is removed. Nothing is compressed any more, also not the file under way. */
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
    this.#running ??= this.#passes().finally(() => {
      this.#running = undefined
    })
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
      if (this.#wanted !== undefined || waitMs === Number.POSITIVE_INFINITY) continue
      this.#wanted = logfile
      return this.#schedule(Math.min(waitMs, MAX_WAIT_MS))
    }
  }

  /** @returns in how many milliseconds there is more to do */
  async #tidy(logfile: string): Promise<number> {
    const unshared = [...this.#unshared]
    const { files, parts } = await readRotatedFiles(logfile)
    const paths = new Set(files.map(({ path }) => path))
    for (const path of unshared) if (!paths.has(path)) this.#unshared.delete(path)
    const newest = files.at(-1)?.stamp ?? ''
    if (newest > this.#newest) this.#newest = newest
    const [kept, removeMs] = await this.#removeOld(files)
    const growing = await this.#removeStale(parts)
    return Math.min(removeMs, await this.#compressAll(kept, growing))
  }

  async #removeOld(files: readonly RotatedFile[]): Promise<[kept: RotatedFile[], waitMs: number]> {
    const { keepFiles, keepDays } = this.#keeping
    const stamps = [...new Set(files.map(({ stamp }) => stamp))]
    const first = keepFiles > 0 ? (stamps.at(-keepFiles) ?? '') : ''
    const since = keepDays > 0 ? stampOf(Date.now() - keepDays * DAY_MS) : ''
    const isOld = ({ stamp }: RotatedFile): boolean => stamp < first || stamp < since
    let waitMs = Number.POSITIVE_INFINITY
    for (const file of files.filter(isOld)) {
      const { path } = file
      const left = this.#unshared.has(path) ? 0 : LATE_WRITE_MS - idleMs(file)
      if (left > 0) waitMs = Math.min(waitMs, left)
      else await this.#try(`${path} cannot be removed`, () => rm(path, { force: true }))
    }
    const kept = files.filter((file) => !isOld(file))
    if (keepDays > 0 && kept[0]) waitMs = Math.min(waitMs, betweenStamps(since, kept[0].stamp) + 1)
    return [kept, waitMs]
  }

  /** Removes what is left of processes that died. @returns the files that a sibling is compressing */
  async #removeStale(parts: readonly Part[]): Promise<Set<string>> {
    const growing = new Set<string>()
    for (const part of parts) {
      const idle = Math.abs(Date.now() - Number(part.stats.mtimeMs)) // a time ahead says nothing
      if (idle < STALE_PART_MS) growing.add(part.of)
      else await this.#try(`${part.path} cannot be removed`, () => rm(part.path, { force: true }))
    }
    return growing
  }

  async #compressAll(files: readonly RotatedFile[], growing: ReadonlySet<string>): Promise<number> {
    const { gzip, graceMs } = this.#keeping
    let waitMs = Number.POSITIVE_INFINITY
    for (const file of files) {
      if (!gzip || this.#wanted !== undefined || this.#closing.signal.aborted) break
      if (file.isCompressed) continue
      const left = growing.has(file.path) ? STALE_PART_MS : graceMs - idleMs(file)
      if (left > 0) {
        waitMs = Math.min(waitMs, left)
        continue
      }
      await this.#try(`${file.path} cannot be compressed`, async () => {
        const isDone = await compress(file.path, file.stats, this.#closing.signal)
        if (!isDone) waitMs = Math.min(waitMs, LATE_WRITE_MS + graceMs)
      })
    }
    return waitMs
  }

  /** What fails concerns one file. */
  async #try(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#failing.add(what)
      this.#failures.recordFailure(what, error)
    }
  }
}

/** Since the file was last written to or renamed: the time that nobody can set. */
function idleMs({ stats }: RotatedFile): number {
  return Math.abs(Date.now() - Number(stats.ctimeMs))
}
