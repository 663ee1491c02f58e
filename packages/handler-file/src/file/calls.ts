import * as fs from 'node:fs'
import { sleep } from '../sleep.js'
import { type Steps, wait } from '../steps.js'

const BIGINT = { bigint: true } as const
const MAX_RENAME_MS = 1_000

type Done<T> = (error: NodeJS.ErrnoException | null, value?: T) => void

// Steps call these. The thread pool runs them, so that no request waits for a busy disk.

export function stat(path: string): Steps<fs.BigIntStats> {
  return call(
    (done) => fs.stat(path, BIGINT, done),
    () => fs.statSync(path, BIGINT),
  )
}

export function lstat(path: string): Steps<fs.BigIntStats> {
  return call(
    (done) => fs.lstat(path, BIGINT, done),
    () => fs.lstatSync(path, BIGINT),
  )
}

export function fstat(fd: number): Steps<fs.BigIntStats> {
  return call(
    (done) => fs.fstat(fd, BIGINT, done),
    () => fs.fstatSync(fd, BIGINT),
  )
}

export function readlink(path: string): Steps<string> {
  return call(
    (done) => fs.readlink(path, done),
    () => fs.readlinkSync(path),
  )
}

export function open(path: string, flags: number | string, mode?: number): Steps<number> {
  return call(
    (done) => fs.open(path, flags, mode, done),
    () => fs.openSync(path, flags, mode),
  )
}

export function close(fd: number): Steps<void> {
  return call<void>(
    (done) => fs.close(fd, done),
    () => fs.closeSync(fd),
  )
}

/** Reads from a position; the result is shorter where the file ends. */
export function read(fd: number, start: number, length: number): Steps<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  return call(
    (done) => fs.read(fd, bytes, 0, length, start, (error, end) => done(error, bytes.subarray(0, end))),
    () => bytes.subarray(0, fs.readSync(fd, bytes, 0, length, start)),
  )
}

export function ftruncate(fd: number, length: number): Steps<void> {
  return call<void>(
    (done) => fs.ftruncate(fd, length, done),
    () => fs.ftruncateSync(fd, length),
  )
}

export function mkdir(path: string): Steps<void> {
  return call<void>(
    (done) => fs.mkdir(path, done),
    () => void fs.mkdirSync(path),
  )
}

/** Removes a file, if it exists. */
export function remove(path: string): Steps<void> {
  return call<void>(
    (done) => fs.rm(path, { force: true }, done),
    () => fs.rmSync(path, { force: true }),
  )
}

/** Renames a file. @param ino its id: at exit it shows whether the file is renamed already, as another one may have its name */
export function rename(from: string, to: string, ino: bigint): Steps<void> {
  return call<void>(
    (done) => fs.rename(from, to, done),
    () => fs.renameSync(from, to),
    (until) => {
      const end = Math.min(until, performance.now() + MAX_RENAME_MS)
      while (fs.statSync(to, { ...BIGINT, throwIfNoEntry: false })?.ino !== ino && performance.now() < end)
        sleep(1)
    },
  )
}

/** Returns the result of the steps; `undefined` if the file does not exist. */
export function* ifThere<T>(found: Steps<T>): Steps<T | undefined> {
  try {
    return yield* found
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
}

function call<T>(begin: (done: Done<T>) => void, now: () => T, takeOver?: (until: number) => T): Steps<T> {
  const start = (): Promise<T> =>
    new Promise((resolve, reject) => begin((error, value) => (error ? reject(error) : resolve(value as T))))
  return wait(takeOver ? { start, now, takeOver } : { start, now })
}
