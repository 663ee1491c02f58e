import { readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FileTrouble } from '../file-trouble.js'
import { compress, PART } from './compress.js'
import { type RotatedName, rotatedNames, stampOf } from './rotated-name.js'

const DAY_MS = 86_400_000
const STALE_PART_MS = 60_000

/** What is kept of the rotated files. */
export interface Keeping {
  /** 0: any number */
  readonly keepFiles: number
  /** 0: for ever */
  readonly keepDays: number
  readonly gzip: boolean
  /** How long a file must have been left alone before it is compressed: siblings write on into it for a moment. */
  readonly graceMs: number
}

/** Removes and compresses rotated files, whoever rotated them, beside the requests and one file at a time. */
export class Housekeeping {
  readonly #keeping: Keeping
  readonly #trouble: FileTrouble
  readonly #stop = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #running = false

  constructor(keeping: Keeping, trouble: FileTrouble) {
    this.#keeping = keeping
    this.#trouble = trouble
  }

  /** Soon, and again when files too young now are old enough. */
  tidy(logfile: string, inMs = 0): void {
    clearTimeout(this.#timer)
    if (this.#stop.signal.aborted) return
    this.#timer = setTimeout(() => this.#tidy(logfile), inMs).unref()
  }

  /** At once; a file half compressed stays as it is. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#stop.abort()
  }

  async #tidy(logfile: string): Promise<void> {
    if (this.#running) return this.tidy(logfile, 1_000)
    this.#running = true
    try {
      const entries = await readdir(dirname(logfile), { withFileTypes: true })
      const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name)
      const kept = await this.#removeOld(rotatedNames(logfile, names))
      const growing = await growingParts(logfile, names)
      if (this.#keeping.gzip) await this.#compressAll(logfile, growing, kept)
      this.#trouble.over('tidied up')
    } catch (error) {
      this.#trouble.failed('tidied up', error as Error)
    }
    this.#running = false
  }

  async #removeOld(files: readonly RotatedName[]): Promise<RotatedName[]> {
    const { keepFiles, keepDays } = this.#keeping
    const stamps = [...new Set(files.map(({ stamp }) => stamp))]
    const first = keepFiles > 0 ? (stamps.at(-keepFiles) ?? '') : ''
    const since = keepDays > 0 ? stampOf(Date.now() - keepDays * DAY_MS) : ''
    const isOld = ({ stamp }: RotatedName): boolean => stamp < first || stamp < since
    await Promise.all(files.filter(isOld).map(({ path }) => rm(path, { force: true })))
    return files.filter((file) => !isOld(file))
  }

  async #compressAll(
    logfile: string,
    growing: ReadonlySet<string>,
    files: readonly RotatedName[],
  ): Promise<void> {
    for (const { path, isCompressed } of files) {
      if (isCompressed || this.#stop.signal.aborted) continue
      const stats = await stat(path).catch(() => undefined)
      if (!stats) continue
      const isYoung = Date.now() - Math.max(stats.mtimeMs, stats.ctimeMs) < this.#keeping.graceMs
      if (isYoung || growing.has(path)) this.tidy(logfile, this.#keeping.graceMs)
      else await compress(path, stats, this.#stop.signal)
    }
  }
}

/** The rotated files that a sibling is compressing; what processes that died have left of it is removed. */
async function growingParts(logfile: string, names: readonly string[]): Promise<Set<string>> {
  const growing = new Set<string>()
  for (const name of names.filter((name) => PART.test(name))) {
    const [file] = rotatedNames(logfile, [name.replace(PART, '')])
    if (!file) continue
    const part = join(dirname(logfile), name)
    const stats = await stat(part).catch(() => undefined)
    if (stats && Math.abs(Date.now() - stats.mtimeMs) < STALE_PART_MS) growing.add(file.path)
    else await rm(part, { force: true })
  }
  return growing
}
