import { fstatSync, readSync, writeSync } from 'node:fs'
import { withLock } from '../rotation/lock.js'
import { sleep } from '../sleep.js'
import type { Steps } from '../steps.js'
import { fstat, ftruncate, read } from './calls.js'

const NEWLINE = Buffer.from('\n')
const LOOKS = 4
const LOOK_MS = 10

/**
 * Ends the line that a killed process left incomplete, but not one that another process is still writing. Only at start, as it
 * holds the thread up.
 * @param lock lets one of several processes do it
 * @returns whether the file still ends within a line
 */
export function* endHalfLine(fd: number, lock: string): Steps<boolean> {
  try {
    const { size } = yield* fstat(fd)
    const isLeft = function* (): Steps<boolean> {
      return (yield* fstat(fd)).size === size && (yield* endsMidLine(fd))
    }
    for (let looks = 1; looks < LOOKS; looks++) {
      if (!(yield* isLeft())) return false
      sleep(LOOK_MS)
    }
    yield* withLock(lock, function* () {
      if (yield* isLeft()) writeSync(fd, NEWLINE)
    })
    return false
  } catch {
    return yield* endsMidLine(fd)
  }
}

/** Truncates the bytes written last, unless somebody has written after them. */
export function* takeBack(fd: number, bytes: Uint8Array): Steps<boolean> {
  try {
    const start = Number((yield* fstat(fd)).size) - bytes.length
    if (start < 0 || !(yield* read(fd, start, bytes.length)).equals(bytes)) return false
    yield* ftruncate(fd, start)
    return true
  } catch {
    return false
  }
}

/** Returns how many of these bytes were written behind the first `before` bytes of the file. */
export function countArrived(fd: number, bytes: Uint8Array, before: number): number {
  const { size } = fstatSync(fd)
  const start = size < before ? 0 : before // somebody truncated it
  try {
    const grown = readNow(fd, start, size - start)
    if (grown.indexOf(bytes) >= 0) return bytes.length
    return grown.length > 0 && grown.equals(bytes.subarray(0, grown.length)) ? grown.length : 0
  } catch {
    return size - start >= bytes.length ? bytes.length : 0 // it may not be read
  }
}

function* endsMidLine(fd: number): Steps<boolean> {
  try {
    const size = Number((yield* fstat(fd)).size)
    return size > 0 && !(yield* read(fd, size - 1, 1)).equals(NEWLINE)
  } catch {
    return false // it may not be read
  }
}

function readNow(fd: number, start: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  let end = 0
  for (let got = -1; end < length && got !== 0; end += got) {
    got = readSync(fd, bytes, end, length - end, start + end)
  }
  return bytes.subarray(0, end)
}
