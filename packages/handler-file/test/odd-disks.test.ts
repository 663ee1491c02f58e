import { renameSync, rmSync } from 'node:fs'
import { fileHandler } from '../src/index.js'
import { emit, ids, listen, logfile, range } from './log-folder.js'

/** What real disks do that cannot be had here, done at the seam to `fs`. */
const disk = vi.hoisted(() => ({
  opened: [] as number[],
  /** Handles to which nothing can be written any more. */
  stale: new Set<number>(),
  /** The error of every write. */
  failure: undefined as string | undefined,
  /** Called before a write. */
  beforeWrite: undefined as (() => void) | undefined,
  firstInode: 0n,
}))

type Done = (error: Error | null, stats: object) => void

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  const { withLargeIds } = await import('./large-ids.js')
  const failureOf = (fd: number): Error | undefined => {
    const code = disk.stale.has(fd) ? 'ESTALE' : disk.failure
    return code === undefined ? undefined : Object.assign(new Error(`${code}: it failed, write`), { code })
  }
  return {
    ...fs,
    openSync: (...args: Parameters<typeof fs.openSync>) => {
      const fd = fs.openSync(...args)
      disk.opened.push(fd)
      return fd
    },
    write: (fd: number, bytes: Uint8Array, done: (error: Error | null, written?: number) => void) => {
      const error = failureOf(fd)
      if (error) return process.nextTick(done, error)
      disk.beforeWrite?.()
      fs.write(fd, bytes, done)
    },
    fstatSync: (fd: number, options?: { bigint: boolean }) =>
      withLargeIds(fs.fstatSync(fd, options as object), disk.firstInode),
    fstat: (fd: number, options: object, done: Done) =>
      fs.fstat(fd, options, (error, stats) => done(error, withLargeIds(stats, disk.firstInode))),
    stat: (path: string, options: object, done: Done) =>
      fs.stat(path, options, (error, stats) => done(error, withLargeIds(stats, disk.firstInode))),
    statSync: (path: string, options?: { bigint: boolean }) =>
      withLargeIds(fs.statSync(path, options as object), disk.firstInode),
  }
})

vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>()
  return {
    ...fs,
    statfs: async () => ({ bavail: 0, bfree: 0 }), // some network disks do not say
  }
})

afterEach(() => {
  Object.assign(disk, {
    opened: [],
    stale: new Set(),
    failure: undefined,
    beforeWrite: undefined,
    firstInode: 0n,
  })
})

describe('a network disk', () => {
  test('whose handle went stale is written to by a new one, and the error is reported', async () => {
    const handler = fileHandler({ logfile })
    const reports = listen(handler)
    emit(handler, 0, 10)
    await handler.flush()
    disk.stale = new Set(disk.opened)
    emit(handler, 10, 20)
    await handler.close()
    expect(ids()).toEqual(range(20))
    expect(reports.messages).toEqual([
      `@actionlog/handler-file: ${logfile} cannot be written: ESTALE: it failed, write`,
    ])
  })

  test('that fails for another reason than being full: the drops say that reason', async () => {
    const handler = fileHandler({ logfile })
    const reports = listen(handler)
    disk.failure = 'EIO'
    emit(handler, 0, 10)
    await handler.close()
    expect(reports.messages.at(-1)).toBe(
      `@actionlog/handler-file: 10 records not written to ${logfile}: EIO: it failed, write`,
    )
  })

  test('whose file ids are larger than 2^53: a renamed file is noticed', async () => {
    disk.firstInode = 2n ** 62n
    const handler = fileHandler({ logfile })
    emit(handler, 0, 10)
    await handler.flush()
    renameSync(logfile, `${logfile}.1`)
    handler.reopen()
    emit(handler, 10, 20)
    await handler.close()
    expect(ids(`${logfile}.1`)).toEqual(range(10))
    expect(ids()).toEqual(range(20).slice(10))
  })
})

describe('a file that is deleted', () => {
  test('between a look and a write: the lines are written again, to the next file', async () => {
    const handler = fileHandler({ logfile })
    let deletions = 0
    disk.beforeWrite = () => {
      if (deletions++ === 0) rmSync(logfile)
    }
    emit(handler, 0, 10)
    await handler.close()
    expect(ids()).toEqual(range(10))
    expect(handler.stats()).toEqual({ emitted: 10, delivered: 10, dropped: 0, pending: 0 })
  })
})
