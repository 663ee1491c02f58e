import type { BigIntStats } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isOurs } from '../file/shared-folder.js'
import { PART } from './compress.js'
import { isAhead, parseRotatedName, type RotatedName } from './rotated-name.js'

const ENTRIES_AT_ONCE = 256 // so that no folder is large enough to hold this thread up

/** A rotated file of ours. */
export interface RotatedFile extends RotatedName {
  readonly stats: BigIntStats
}

/** A file that grows while a rotated file is compressed, or is left of a process that died. */
export interface Part {
  readonly path: string
  /** The file that is compressed. */
  readonly of: string
  readonly stats: BigIntStats
}

/**
 * The rotated files of a logfile, oldest first, and what grows beside them. Only files that we own and could have
 * written count: anybody may have planted others, with any date, in a folder such as /tmp.
 */
export async function readRotatedFiles(logfile: string): Promise<{ files: RotatedFile[]; parts: Part[] }> {
  const folder = dirname(logfile)
  const files: RotatedFile[] = []
  const parts: Part[] = []
  for await (const entry of await opendir(folder, { bufferSize: ENTRIES_AT_ONCE })) {
    const name = parseRotatedName(logfile, entry.name.replace(PART, ''))
    if (!name || isAhead(name.stamp)) continue
    const path = join(folder, entry.name)
    const stats = await lstat(path, { bigint: true }).catch(() => undefined) // gone meanwhile
    if (!stats?.isFile() || !isOurs(stats.uid)) continue
    if (PART.test(entry.name)) parts.push({ path, of: name.path, stats })
    else files.push({ ...name, stats })
  }
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), parts }
}
