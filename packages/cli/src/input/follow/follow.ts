import { setTimeout as sleep } from 'node:timers/promises'
import { openBytes } from '../bytes.js'
import type { ReadPart } from '../file-head.js'
import { inodeAt } from '../inode.js'
import { wholeLines } from '../lines.js'
import { expandLive } from '../sources.js'
import { FollowedFile } from './followed-file.js'

const POLL_MS = 20
const NEW_FILES_MS = 1_000

export interface FollowOptions {
  /** Where to begin in files that are there: `'start'`, `'end'`, or at an offset for each path. Default: `'end'`, with `load` `'start'`. */
  from?: 'start' | 'end' | ReadonlyMap<string, number>
  /**
   * Reads what is in the files in another way, and gives how far: that is left out. It is called once they are open, so
   * that nothing is missed of what is rotated meanwhile. Not for standard input.
   */
  load?: () => Promise<Iterable<ReadPart>>
  /** Ends the following. */
  signal?: AbortSignal
}

/** Whole lines that were written to one file. */
export interface FollowedLines {
  readonly path: string
  readonly bytes: Buffer
}

/**
 * Follows files over rotation by rename and by copytruncate, also if it is compressed by gzip or cuts a record in two:
 * no line is lost, none comes twice. Files may come later, vanish and come again. Ends when the signal is aborted, or with
 * standard input if nothing else is followed.
 *
 * Lost is what no file has any more (copytruncate loses lines that are written between its copy and its truncation; a copy
 * that was removed at once), what is not beside the file under its name (`olddir`), what was compressed otherwise than by
 * gzip before it was read, and what a writer adds to a renamed file later than three seconds after the new one has lines.
 */
export async function* follow(
  paths: readonly string[],
  { load, from = load ? 'start' : 'end', signal }: FollowOptions = {},
): AsyncGenerator<FollowedLines> {
  if (paths.includes('-')) {
    yield* followStdin(signal)
    return
  }
  const files = new Map<string, FollowedFile>()
  let nextLook = 0
  try {
    await openNew(paths, files, from)
    const read = load ? [...(await load())] : []
    for (const file of files.values()) file.skip(read)
    while (!signal?.aborted) {
      if (performance.now() >= nextLook) {
        await openNew(paths, files, 'start')
        nextLook = performance.now() + NEW_FILES_MS
      }
      let isIdle = true
      for (const [path, file] of files) {
        for (const bytes of await file.poll()) {
          isIdle = false
          yield { path, bytes }
        }
      }
      if (isIdle) await sleep(POLL_MS, undefined, signal && { signal }).catch(() => {})
    }
  } finally {
    for (const file of files.values()) await file.close()
  }
}

/** Opens the files that are there, and not followed yet. */
async function openNew(
  paths: readonly string[],
  files: Map<string, FollowedFile>,
  from: NonNullable<FollowOptions['from']>,
): Promise<void> {
  for (const path of await newPaths(paths, files)) {
    const file = new FollowedFile(path)
    files.set(path, file)
    await file.open(from === 'end' ? 'end' : from === 'start' ? 0 : (from.get(path) ?? 0))
  }
}

/** Paths that are not followed yet. A file that was rotated within a folder is followed already. */
async function newPaths(
  paths: readonly string[],
  files: ReadonlyMap<string, FollowedFile>,
): Promise<string[]> {
  const known = new Set([...files.values()].flatMap(({ inodes }) => inodes))
  const found: string[] = []
  for (const path of await expandLive(paths)) {
    if (files.has(path)) continue
    const inode = await inodeAt(path)
    if (inode !== undefined && known.has(inode)) continue
    if (inode !== undefined) known.add(inode) // another path may lead to the same file
    found.push(path)
  }
  return found
}

async function* followStdin(signal: AbortSignal | undefined): AsyncGenerator<FollowedLines> {
  const bytes = await openBytes('-')
  const stop = (): void => void bytes.close()
  signal?.addEventListener('abort', stop)
  try {
    for await (const chunk of wholeLines(bytes)) {
      if (chunk.kind === 'lines') yield { path: '-', bytes: chunk.bytes }
      else if (chunk.kind === 'rest')
        yield { path: '-', bytes: Buffer.concat([chunk.bytes, Buffer.from('\n')]) }
    }
  } finally {
    signal?.removeEventListener('abort', stop)
    await bytes.close()
  }
}
