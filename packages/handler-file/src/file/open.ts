import { closeSync, constants, fstatSync, mkdirSync, openSync, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** What stood at the path. */
export interface OpenedFile {
  readonly fd: number
  readonly stats: Stats
}

// Without O_NONBLOCK a FIFO that nobody reads hangs the process; without O_NOCTTY a terminal becomes its own
const { O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK, O_RDWR, O_WRONLY } = constants
const APPEND = O_APPEND | O_CREAT | O_NOCTTY | O_NONBLOCK

/**
 * Opens a regular file, a FIFO that somebody reads or a character device, to append to it; makes a file and its
 * folders where they are missing. Follows symbolic links.
 * @throws Error if that is not possible, or it is something else
 */
export function openLogfile(path: string, mode: number): OpenedFile {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isSocket()) throw new Error('it is a socket')
  if (found?.isBlockDevice()) throw new Error('it is a block device')
  if (!found) makeFolder(dirname(path))
  return checked(openToAppend(path, found, mode))
}

function openToAppend(path: string, found: Stats | undefined, mode: number): number {
  if (found?.isFIFO()) return openFifo(path)
  try {
    return openSync(path, APPEND | O_RDWR, mode) // its end is read sometimes
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error
    return openSync(path, APPEND | O_WRONLY, mode)
  }
}

function openFifo(path: string): number {
  try {
    return openSync(path, APPEND | O_WRONLY)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error
    throw new Error('it is a FIFO that nobody reads', { cause: error })
  }
}

function checked(fd: number): OpenedFile {
  const stats = fstatSync(fd)
  if (stats.isFile() || stats.isFIFO() || stats.isCharacterDevice()) return { fd, stats }
  closeSync(fd)
  throw new Error('it is no file')
}

/** As `mkdirSync()` does with `recursive`, which never ends below /proc on Node 20. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  const parent = dirname(path)
  if (parent !== path) makeFolder(parent)
  try {
    mkdirSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
