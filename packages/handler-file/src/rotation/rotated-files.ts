import { lstat, opendir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isOurs } from '../file/shared-folder.js'
import { PART } from './compress.js'
import { isAhead, parseRotatedName, type RotatedName } from './rotated-name.js'

const ENTRIES_AT_ONCE = 256 // so that no folder is large enough to hold this thread up

/** A file that grows while a rotated file is compressed, or is left of a process that died. */
export interface Part {
  readonly path: string
  /** The file that is compressed. */
  readonly of: string
}

/**
 * The rotated files of a logfile, oldest first, and what grows beside them. Only files that we own and could have
 * written count: anybody may have planted others, with any date, in a folder such as /tmp.
 */
export async function readRotatedFiles(logfile: string): Promise<{ files: RotatedName[]; parts: Part[] }> {
  const folder = dirname(logfile)
  const files: RotatedName[] = []
  const parts: Part[] = []
  for await (const { name } of await opendir(folder, { bufferSize: ENTRIES_AT_ONCE })) {
    const file = parseRotatedName(logfile, name.replace(PART, ''))
    if (!file || isAhead(file.time)) continue
    const path = join(folder, name)
    const stats = await lstat(path).catch(() => undefined) // gone meanwhile
    if (!stats?.isFile() || !isOurs(stats.uid)) continue
    if (path === file.path) files.push(file)
    else parts.push({ path, of: file.path })
  }
  return { files: files.sort((a, b) => a.time - b.time), parts }
}
