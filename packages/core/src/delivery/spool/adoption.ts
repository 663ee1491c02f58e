import { renameSync, type Stats } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { SpoolFile } from './file.js'
import { HEADER_BYTES } from './frame.js'
import { lockOwner, type SpoolLock } from './lock.js'
import { parseName, Segment } from './segment.js'
import { SEGMENT_BYTES } from './segment-list.js'
import { distrustOf } from './trust.js'

/** The folder with the segments, and the lock of the process that takes them over. */
interface Folder {
  readonly directory: string
  readonly lock: SpoolLock
  readonly maxEntryBytes: number
}

/**
 * Takes over the segments that ended processes have left, oldest first.
 * @param mayTake asked for every file, with its size; `false` ends the adoption
 */
export async function* adoptSegments(
  { directory, lock, maxEntryBytes }: Folder,
  mayTake: (bytes: number) => boolean,
  onFailure: (error: Error) => void,
): AsyncGenerator<Segment> {
  const files = await readdir(directory)
  const dead = await deadOwners(files, lock, onFailure)
  const left = files
    .map(parseName)
    .filter((name) => name !== undefined)
    .filter(({ owner }) => dead.has(owner))
    .map((name) => new Segment(directory, name, maxEntryBytes))
    .sort((a, b) => a.compare(b))
  for (const segment of left) {
    let file: SpoolFile | undefined
    try {
      file = SpoolFile.open(segment.path)
      requireTrusted(file.stats, maxEntryBytes, segment.path)
      if (!mayTake(file.size)) return
      const own = new Segment(directory, { ...segment.name, owner: lock.owner }, maxEntryBytes)
      renameSync(segment.path, own.path) // one process succeeds, all others find it gone
      await own.count(file)
      yield own
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onFailure(error as Error)
    } finally {
      file?.close()
    }
  }
}

/** @throws Error if another user could have made the file, or no spool writes such a file */
function requireTrusted(stats: Stats, maxEntryBytes: number, path: string): void {
  const reason = stats.isFile() ? distrustOf(stats) : 'it is not a file'
  const maxBytes = Math.max(SEGMENT_BYTES, maxEntryBytes + HEADER_BYTES)
  const isTooLarge =
    stats.size > maxBytes && `it has ${stats.size} bytes, but a segment has at most ${maxBytes}`
  if (reason || isTooLarge) throw new Error(`${path} is left alone: ${reason || isTooLarge}`)
}

/** Owners whose process has ended. Their ids never come again. */
async function deadOwners(
  files: readonly string[],
  lock: SpoolLock,
  onFailure: (error: Error) => void,
): Promise<Set<string>> {
  const owners = new Set(files.map((file) => lockOwner(file) ?? parseName(file)?.owner))
  const dead = new Set<string>()
  for (const owner of owners) {
    if (!owner || owner === lock.owner || (await lock.isHeld(owner))) continue
    dead.add(owner)
    try {
      lock.clear(owner)
    } catch (error) {
      onFailure(error as Error) // something else has the name of its lock
    }
  }
  return dead
}
