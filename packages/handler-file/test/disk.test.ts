import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Failures } from '@actionlog/core'
import { fileHandler } from '../src/index.js'
import { Housekeeping } from '../src/rotation/housekeeping.js'
import { emit, folder, ids, isRoot, listen, notedDrops, onLinux, range, sh, until } from './log-folder.js'

const mayMount =
  onLinux && isRoot && (await succeeds('unshare', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'))
const mayLoop = mayMount && (await succeeds('losetup', '--find'))
if (!mayMount)
  console.warn('left out, as this process may not mount: the tests on a full, read-only or frozen disk')
else if (!mayLoop)
  console.warn('left out, as there is no loop device: the tests on ext4, read-only or frozen disks')

describe.runIf(mayMount)('a real disk', () => {
  let disk: string
  let onDisk: string
  const cleanUp: (() => Promise<unknown>)[] = []
  beforeEach(() => {
    disk = join(folder, 'disk')
    onDisk = join(disk, 'action.log')
    mkdirSync(disk)
  })
  afterEach(async () => {
    for (const undo of cleanUp.splice(0).reverse()) await undo()
  })

  async function mountTmpfs(size: string, files = 1_000): Promise<void> {
    await sh('mount', '-t', 'tmpfs', '-o', `size=${size},nr_inodes=${files}`, 'tmpfs', disk)
    cleanUp.push(() => sh('umount', '--lazy', disk))
  }

  async function mountExt4(): Promise<void> {
    const image = join(folder, 'image')
    await sh('truncate', '--size=8M', image)
    await sh('mkfs.ext4', '-q', '-m', '0', image)
    await sh('mount', '-o', 'loop', image, disk)
    cleanUp.push(() => sh('umount', '--lazy', disk))
  }

  it.each([
    ['tmpfs', () => mountTmpfs('256k')] as const,
    ...(mayLoop ? [['ext4', () => mountExt4()] as const] : []),
  ])('that is full (%s): records wait in memory, and are written when there is space', async (_, mount) => {
    await mount()
    const ballast = join(disk, 'ballast')
    await sh('sh', '-c', `head -c 20M /dev/zero > "${ballast}" 2>/dev/null; true`)
    await sh('truncate', '--size=-50000', ballast) // some lines fit in
    const handlers = [1, 2].map(() => fileHandler({ logfile: onDisk, maxBufferBytes: 65_536 }))
    const allReports = handlers.map(listen)
    let end = 0
    for (let rounds = 0; rounds < 60; rounds++) {
      for (const handler of handlers) emit(handler, end, end + 100)
      end += 100
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    for (const handler of handlers) expect(handler.stats().dropped).toBeGreaterThan(0)
    for (const reports of allReports) expect(reports.codes[0]).toBe('handler_failed')
    await until(() => readFileSync(onDisk, 'utf8').endsWith('\n')) // unless a write is in progress
    ids(onDisk) // whole lines only

    unlinkSync(ballast)
    await until(() => handlers.every((handler) => handler.stats().pending === 0))
    for (const handler of handlers) emit(handler, end, end + 100)
    for (const handler of handlers) await handler.close()
    const lines = ids(onDisk)
    const delivered = handlers.reduce((sum, handler) => sum + handler.stats().delivered, 0)
    const dropped = handlers.reduce((sum, handler) => sum + handler.stats().dropped, 0)
    expect(lines.length).toBe(delivered)
    expect(notedDrops(onDisk)).toBe(dropped)
    expect(allReports.reduce((sum, reports) => sum + reports.dropped, 0)).toBe(dropped)
    expect(lines.filter((id) => id >= end).length).toBe(200)
  })

  it('that is small: keepFiles makes room before it is full', async () => {
    await mountTmpfs('512k')
    const handler = fileHandler({ logfile: onDisk, rotateBytes: 20_000, keepFiles: 2 })
    const reports = listen(handler)
    for (let from = 0; from < 40_000; from += 200) {
      emit(handler, from, from + 200)
      await handler.flush()
    }
    await handler.close()
    expect(handler.stats().dropped).toBe(0)
    expect(reports.codes).toEqual([])
  })

  it('that has no room for another file: that is reported once, and the lines go on into the file until it has', async () => {
    await mountTmpfs('2m', 3) // for the folder, the logfile and one more
    const handler = fileHandler({ logfile: onDisk, rotateBytes: 20_000, keepFiles: 1 })
    const reports = listen(handler)
    const other = join(disk, 'other')
    writeFileSync(other, '')
    let end = 0
    const emitMore = async (): Promise<void> => {
      emit(handler, end, (end += 200))
      await handler.flush()
    }
    while (statSync(onDisk).size < 60_000) await emitMore()
    expect(reports.messages).toHaveLength(1)
    expect(reports.messages[0]).toMatch(/action\.log cannot be rotated: ENOSPC/)
    unlinkSync(other)
    await sh('mount', '-o', 'remount,nr_inodes=1000', disk)
    await until(async () => {
      await emitMore()
      return statSync(onDisk).size < 60_000
    })
    await handler.close()
    const files = readdirSync(disk).sort()
    expect(files.flatMap((file) => ids(join(disk, file)))).toEqual(range(end))
    expect(handler.stats()).toMatchObject({ delivered: end, dropped: 0 })
  })

  it('that gets full while a rotated file is compressed: the file stays, and is compressed once there is space', async () => {
    await mountTmpfs('1m')
    const rotated = join(disk, 'action-2026-01-01T00-00-00.000.log')
    const content = randomBytes(200_000)
    writeFileSync(rotated, content)
    const ballast = join(disk, 'ballast')
    writeFileSync(ballast, Buffer.alloc(700_000))
    const reports: string[] = []
    const keeping = { keepFiles: 0, keepDays: 0, gzip: true, graceMs: 0 }
    const failures = new Failures('test', onDisk, () => (error) => void reports.push(error.message))
    const housekeeping = new Housekeeping(keeping, failures)
    housekeeping.tidy(onDisk)
    await until(() => reports.length > 0)
    expect(reports).toEqual([`test: ${rotated} cannot be compressed: ENOSPC: no space left on device, write`])
    await until(() => readdirSync(disk).length === 2) // nothing is left of the attempt
    expect(readFileSync(rotated).equals(content)).toBe(true)
    unlinkSync(ballast)
    housekeeping.tidy(onDisk)
    await until(() => readdirSync(disk).join() === basename(`${rotated}.gz`))
    expect(gunzipSync(readFileSync(`${rotated}.gz`)).equals(content)).toBe(true)
    await housekeeping.stop()
  })

  it.runIf(mayLoop)('that turns read-only: records wait, and are written when that is over', async () => {
    await mountExt4()
    const handler = fileHandler({ logfile: onDisk, rotateBytes: 5_000 })
    const reports = listen(handler)
    emit(handler, 0, 10)
    await handler.flush()
    await sh('mount', '-o', 'remount,abort', disk)
    emit(handler, 10, 20)
    await until(() => reports.codes.length > 0)
    expect(reports.messages).toEqual([expect.stringContaining('EROFS')])
    expect(handler.stats()).toMatchObject({ delivered: 10, pending: 10, dropped: 0 })
    await mountTmpfs('1m') // over the other, so that the path leads to one of them at every moment
    await handler.close()
    expect(ids(onDisk)).toEqual(range(20).slice(10))
    expect(handler.stats()).toMatchObject({ delivered: 20, dropped: 0 })
  })

  it.runIf(mayLoop)(
    'that stalls: the app goes on, close() ends, and what was dropped is reported',
    async () => {
      await mountExt4()
      const handler = fileHandler({ logfile: onDisk, maxBufferBytes: 65_536 })
      const other = fileHandler({ logfile: onDisk })
      const reports = listen(handler)
      emit(handler, 0, 10)
      await Promise.all([handler.flush(), other.flush()])
      await sh('fsfreeze', '--freeze', disk)
      let frozen = true
      const thaw = async (): Promise<void> => {
        if (frozen) await sh('fsfreeze', '--unfreeze', disk)
        frozen = false
      }
      cleanUp.push(thaw)
      let turns = 0
      const turning = setInterval(() => turns++, 10)
      emit(handler, 10, 5_000)
      emit(other, 5_000, 5_100)
      const others = other.flush()
      await handler.close()
      clearInterval(turning)
      expect(turns).toBeGreaterThan(50)
      const { delivered, dropped, pending } = handler.stats()
      expect([delivered + dropped, pending, reports.dropped]).toEqual([5_000, 0, dropped])
      expect(dropped).toBe(4_990)
      await thaw()
      await others
      await other.close()
      expect(ids(onDisk)).toEqual(expect.arrayContaining(range(10)))
      expect(statSync(onDisk).size).toBeGreaterThan(0)
    },
  )
})

async function succeeds(command: string, ...args: string[]): Promise<boolean> {
  const child = spawn(command, args, { stdio: 'ignore' })
  const [code] = await once(child, 'close').catch(() => [1])
  return code === 0
}
