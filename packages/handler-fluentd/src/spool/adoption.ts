import { renameSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { SpoolFile } from './file.js'
import { lockOwner, type SpoolLock } from './lock.js'
import { parseName, Segment } from './segment.js'

/**
 * Takes over the segments that ended processes have left, oldest first.
 * @param mayTake asked for every file, with its size; the first refusal ends it
 */
export async function* adoptSegments(
  directory: string,
  lock: SpoolLock,
  mayTake: (bytes: number) => boolean,
  onTrouble: (error: Error) => void,
): AsyncGenerator<Segment> {
  const files = await readdir(directory)
  const dead = await deadOwners(files, lock)
  const left = files
    .map(parseName)
    .filter((name) => name !== undefined)
    .filter(({ owner }) => dead.has(owner))
    .map((name) => new Segment(directory, name))
    .sort((a, b) => a.compare(b))
  for (const segment of left) {
    let file: SpoolFile | undefined
    try {
      file = new SpoolFile(segment.path, 'r+')
      if (!mayTake(file.size)) return
      const own = new Segment(directory, { ...segment.name, owner: lock.owner })
      renameSync(segment.path, own.path) // one process succeeds, all others find it gone
      await own.count(file)
      yield own
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onTrouble(error as Error)
    } finally {
      file?.close()
    }
  }
}

/** Owners whose process has ended. Their ids never come again. */
async function deadOwners(files: readonly string[], lock: SpoolLock): Promise<Set<string>> {
  const owners = new Set(files.map((file) => lockOwner(file) ?? parseName(file)?.owner))
  const dead = new Set<string>()
  for (const owner of owners) {
    if (!owner || owner === lock.owner || (await lock.isHeld(owner))) continue
    dead.add(owner)
    lock.clear(owner)
  }
  return dead
}
