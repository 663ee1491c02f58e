import type { Stats } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isOurs } from '../file/shared-folder.js'
import { PART } from './compress.js'
import { latestTime, type RotatedName, rotatedNameParser } from './rotated-name.js'

const ENTRIES_AT_ONCE = 256 // so that even a large folder does not block this thread

/** A file that is being compressed, or that a dead process left unfinished. */
export interface Part {
  readonly path: string
  /** The file that is compressed. */
  readonly of: string
}

/** The rotated files of a logfile, found by their names. {@link statOurs} tells which of them are ours. */
export class RotatedFiles {
  /** How many entries the folder has, of all kinds. */
  entries = 0
  readonly parts: Part[] = []
  readonly #at = new Map<number, RotatedName[]>()
  /** The times of the files, oldest first, each once. A file and its compressed form have the same time. */
  #times = new Float64Array()

  static async read(logfile: string): Promise<RotatedFiles> {
    const files = new RotatedFiles()
    const folder = dirname(logfile)
    const parse = rotatedNameParser(logfile)
    const latest = latestTime()
    for await (const { name } of await opendir(folder, { bufferSize: ENTRIES_AT_ONCE })) {
      files.entries++
      const isPart = PART.test(name)
      const file = parse(isPart ? name.replace(PART, '') : name)
      if (!file || file.time > latest) continue
      if (isPart) files.parts.push({ path: join(folder, name), of: file.path })
      else files.#add(file)
    }
    files.#times = Float64Array.from(files.#at.keys()).sort() // of numbers alone 50,000 take 5 ms
    return files
  }

  /** The files before that time, oldest first. */
  *before(time: number): Iterable<RotatedName> {
    for (const each of this.#times) {
      if (each >= time) return
      yield* this.#at.get(each) ?? []
    }
  }

  /** The files from that time on that are not compressed, oldest first. */
  *uncompressedFrom(time: number): Iterable<RotatedName> {
    for (const each of this.#times) {
      if (each < time) continue
      for (const file of this.#at.get(each) ?? []) if (!file.isCompressed) yield file
    }
  }

  /** The time of the oldest file from that time on. */
  firstFrom(time: number): number | undefined {
    return this.#times.find((each) => each >= time)
  }

  /** The time of our nth newest file; 0 if there are fewer, or `n` is 0. */
  async nthNewest(n: number): Promise<number> {
    let left = this.#times.length < n ? 0 : n // with fewer files, no owner must be looked up
    for (let i = this.#times.length - 1; i >= 0 && left > 0; i--) {
      const time = this.#times[i] as number
      if ((await this.#isAnyOurs(time)) && --left === 0) return time
    }
    return 0
  }

  async #isAnyOurs(time: number): Promise<boolean> {
    for (const { path } of this.#at.get(time) ?? []) if (await statOurs(path)) return true
    return false
  }

  #add(file: RotatedName): void {
    const same = this.#at.get(file.time)
    if (same) same.push(file)
    else this.#at.set(file.time, [file])
  }
}

/**
 * Returns the stats of a regular file that we own, `undefined` for everything else. In a folder such as /tmp, anybody may
 * have planted files with any date.
 */
export async function statOurs(path: string): Promise<Stats | undefined> {
  const stats = await lstat(path).catch(() => undefined) // gone meanwhile
  return stats?.isFile() && isOurs(stats.uid) ? stats : undefined
}
