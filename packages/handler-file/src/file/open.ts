import { type BigIntStats, constants } from 'node:fs'
import { dirname } from 'node:path'
import type { Steps } from '../steps.js'
import { close, fstat, ifThere, mkdir, open, stat } from './calls.js'
import { followLinks } from './path.js'
import { requireTrusted } from './shared-folder.js'

/** An open file, and its state when it was opened. */
export interface OpenFile {
  readonly fd: number
  /** Its path without symbolic links. */
  readonly path: string
  readonly stats: BigIntStats
  /** Whether it is a regular file with a name, so that it can be renamed. */
  readonly isNamed: boolean
}

// Without O_NONBLOCK a FIFO that nobody reads hangs the process; without O_NOCTTY a terminal becomes its own
const { O_APPEND, O_CREAT, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDWR, O_WRONLY } = constants
const APPEND = O_APPEND | O_NOCTTY | O_NONBLOCK

/**
 * Opens a regular file, a FIFO that somebody reads, or a character device, to append to it. Creates the file and its
 * folders if they are missing. Follows symbolic links.
 * @throws Error if it cannot be opened, is something else, or may have been planted
 */
export function* openLogfile(logfile: string, mode: number): Steps<OpenFile> {
  const { path, isDescriptor } = yield* followLinks(logfile)
  const found = yield* ifThere(stat(path))
  if (!found) yield* makeFolder(dirname(path))
  else if (!isDescriptor) yield* requireTrusted(path, found)
  if (found?.isSocket()) throw new Error('it is a socket')
  if (found?.isBlockDevice()) throw new Error('it is a block device')
  const flags = APPEND | (isDescriptor ? 0 : (O_NOFOLLOW ?? 0)) // Windows has no such flag
  const fd = yield* found?.isFIFO() ? openFifo(path, flags) : openFile(path, flags | O_CREAT, mode)
  try {
    const stats = yield* fstat(fd)
    if (!isDescriptor) yield* requireTrusted(path, stats) // checked again, as somebody may have planted it just now
    if (stats.isFile() || stats.isFIFO() || stats.isCharacterDevice())
      return { fd, path, stats, isNamed: stats.isFile() && !isDescriptor }
    throw new Error('it is not a file')
  } catch (error) {
    yield* close(fd)
    throw error
  }
}

function* openFile(path: string, flags: number, mode: number): Steps<number> {
  try {
    return yield* open(path, flags | O_RDWR, mode) // readable, to find an incomplete line at its end
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error
    return yield* open(path, flags | O_WRONLY, mode)
  }
}

function* openFifo(path: string, flags: number): Steps<number> {
  try {
    return yield* open(path, flags | O_WRONLY)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error
    throw new Error('it is a FIFO that nobody reads', { cause: error })
  }
}

/** The same as `mkdirSync()` with `recursive`, which never returns below /proc on Node 20. */
function* makeFolder(path: string): Steps<void> {
  const found = yield* ifThere(stat(path))
  if (found?.isDirectory()) return
  const parent = dirname(path)
  if (parent !== path) yield* makeFolder(parent)
  try {
    yield* mkdir(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
