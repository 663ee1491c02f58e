import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Spool } from '../../../src/delivery/spool/spool.js'
import { Store } from '../../../src/delivery/store.js'
import { Account } from '../../../src/handler/account.js'
import { Failures } from '../../../src/handler/failures.js'
import { drain, entry, idOf, leftIn, openSpool, range, segmentsIn } from './fixtures/drain.js'

const onLinux = process.platform === 'linux'
const mayMount = onLinux && process.getuid?.() === 0

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actionlog-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function size(directory = folder): number {
  return segmentsIn(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0)
}

describe('a spool', () => {
  it('gives its entries back in order, each once', async () => {
    const { spool } = openSpool(folder)
    for (const id of range(0, 50)) await spool.append(entry(id))
    expect(spool.records).toBe(50)
    expect(await drain(spool)).toEqual(range(0, 50))
    expect(spool.records).toBe(0)
    spool.close()
  })

  it('gives back the same bytes, and how many records are in them', async () => {
    const { spool } = openSpool(folder)
    const bytes = Buffer.from(range(0, 256))
    await spool.append({ records: 7, bytes })
    const next = await spool.next()
    expect(next?.records).toBe(7)
    expect(Buffer.from(next?.bytes ?? []).equals(bytes)).toBe(true)
    spool.close()
  })

  it('gives the same entry until it is done', async () => {
    const { spool } = openSpool(folder)
    for (const id of [0, 1]) await spool.append(entry(id))
    const [first, again] = await Promise.all([spool.next(), spool.next()])
    expect(again).toBe(first)
    expect(await spool.next()).toBe(first)
    expect(spool.records).toBe(2)
    first?.done()
    first?.done()
    expect(spool.records).toBe(1)
    expect(await drain(spool)).toEqual([1])
    spool.close()
  })

  it('accepts entries at any time, also while others are read', async () => {
    const { spool, reported } = openSpool(folder, { maxBytes: 80_000 }) // segments of 10,000 bytes
    const got: number[] = []
    for (const id of range(0, 200)) {
      spool.append(entry(id, (id * 37) % 900))
      if (id % 3 > 0) got.push(...(await takeOne(spool)))
    }
    expect([...got, ...(await drain(spool))]).toEqual(range(0, 200))
    expect(reported).toEqual({ dropped: 0, failures: [] })
    expect(segmentsIn(folder)).toEqual([])
    spool.close()
  })

  it('waits for an entry that is being appended', async () => {
    const { spool } = openSpool(folder)
    spool.append(entry(0))
    expect(await takeOne(spool)).toEqual([0])
    expect(await spool.next()).toBeUndefined()
    spool.close()
  })

  it('leaves nothing in the folder once all is done', async () => {
    const { spool } = openSpool(folder)
    for (const id of range(0, 10)) await spool.append(entry(id))
    await drain(spool)
    expect(segmentsIn(folder)).toEqual([])
    spool.close()
    expect(readdirSync(folder)).toEqual([])
  })

  it('leaves unfinished entries to the next spool, in order', async () => {
    const { spool } = openSpool(folder)
    for (const id of range(0, 10)) await spool.append(entry(id))
    for (const _ of range(0, 4)) await takeOne(spool)
    await spool.next()
    spool.close()
    expect(await leftIn(folder)).toEqual(range(4, 10))
  })

  it('returns older entries first, and keeps the order through many processes', async () => {
    for (const id of range(0, 5)) {
      const { spool } = openSpool(folder, { maxBytes: 8_000 })
      await spool.adopt()
      for (const part of range(0, 3)) await spool.append(entry(id * 3 + part, 500))
      spool.close()
    }
    expect(await leftIn(folder)).toEqual(range(0, 15))
  })

  it('keeps the order when the clock is set back', async () => {
    const first = openSpool(folder)
    await first.spool.append(entry(0))
    first.spool.close()
    vi.useFakeTimers({ now: Date.now() - 86_400_000, toFake: ['Date'] })
    const { spool } = openSpool(folder)
    await spool.adopt()
    await spool.append(entry(1))
    vi.useRealTimers()
    expect(await drain(spool)).toEqual([0, 1])
    spool.close()
  })

  it('is for its user only: folder and files', async () => {
    const directory = join(folder, 'a/b')
    const { spool } = openSpool(directory)
    await spool.append(entry(0))
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    for (const name of segmentsIn(directory)) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600)
    spool.close()
  })

  it.runIf(onLinux)('works in a folder whose path is too long for a socket', async () => {
    const directory = join(folder, 'x'.repeat(120), 'y'.repeat(200))
    const [one, two] = [openSpool(directory).spool, openSpool(directory).spool]
    await one.append(entry(0))
    expect(await two.adopt()).toBe(0)
    one.close()
    expect(await two.adopt()).toBe(1)
    two.close()
    expect(await leftIn(directory)).toEqual([0])
  })

  it('accepts nothing after close()', async () => {
    const { spool } = openSpool(folder)
    await spool.append(entry(0))
    const next = await spool.next()
    spool.close()
    spool.close()
    next?.done()
    await expect(spool.append(entry(1))).rejects.toThrow('closed')
    expect(() => spool.appendSync(entry(1))).toThrow('closed')
    expect(await spool.adopt()).toBe(0)
    expect(await leftIn(folder)).toEqual([0])
  })

  it.each([600_000, 64_000_000])(
    'completes unfinished appends at close(), once, with maxBytes %i',
    async (maxBytes) => {
      const { spool } = openSpool(folder, { maxBytes }) // a segment may be smaller than an entry
      const appends = range(0, 5).map((id) => spool.append(entry(id, 100_000)))
      spool.close()
      await Promise.all(appends)
      expect(await leftIn(folder)).toEqual(range(0, 5))
    },
  )

  it('stores an entry once, however often it is appended', async () => {
    const { spool, reported } = openSpool(folder)
    const [kept, underWay, waiting, late] = range(0, 4).map((id) => entry(id, 10_000))
    await spool.append(kept as never)
    const appends = [spool.append(underWay as never), spool.append(waiting as never)]
    for (const one of [kept, late, underWay, waiting, late]) spool.appendSync(one as never)
    await Promise.all(appends)
    await spool.append(entry(4, 30_000)) // after all that was under way
    expect(spool.records).toBe(5)
    expect(await drain(spool)).toEqual([0, 1, 2, 3, 4])
    expect(reported).toEqual({ dropped: 0, failures: [] })
    spool.close()
  })
})

describe('maxBytes', () => {
  const maxBytes = 80_000

  it('drops the oldest, counted, and never more than an eighth at once', async () => {
    const { spool, reported } = openSpool(folder, { maxBytes })
    for (const id of range(0, 300)) {
      const before = reported.dropped
      await spool.append(entry(id, 1_000))
      expect(reported.dropped - before).toBeLessThanOrEqual(10)
      expect(size()).toBeLessThanOrEqual(maxBytes)
    }
    expect(reported.dropped + spool.records).toBe(300)
    expect(spool.records).toBeGreaterThan(60)
    expect(await drain(spool)).toEqual(range(reported.dropped, 300))
    spool.close()
  })

  it('drops no record that is done, and none that is read', async () => {
    const { spool, reported } = openSpool(folder, { maxBytes })
    for (const id of range(0, 20)) await spool.append(entry(id, 1_000))
    for (const _ of range(0, 3)) await takeOne(spool)
    const inHand = await spool.next()
    for (const id of range(20, 200)) await spool.append(entry(id, 1_000))
    expect(await spool.next()).toBe(inHand)
    expect(idOf(inHand as never)).toBe(3)
    expect(3 + reported.dropped + spool.records).toBe(200)
    inHand?.done()
    const rest = await drain(spool)
    expect(4 + reported.dropped + rest.length).toBe(200)
    expect(rest).toEqual(range(200 - rest.length, 200))
    spool.close()
  })

  it('counts entries that were read as dropped at close(), if their file is gone', async () => {
    const { spool, reported } = openSpool(folder, { maxBytes })
    await spool.append(entry(0, 1_000))
    await spool.next()
    for (const id of range(1, 200)) await spool.append(entry(id, 1_000))
    spool.close()
    const left = await leftIn(folder)
    expect(reported.dropped + left.length).toBe(200)
    expect(reported.dropped + spool.records).toBe(200)
  })

  it('drops while it is read', async () => {
    const { spool, reported } = openSpool(folder, { maxBytes: 8_000 })
    const got: number[] = []
    for (const id of range(0, 500)) {
      const reading = spool.next()
      for (const _ of range(0, id % 7)) await new Promise(setImmediate)
      spool.appendSync(entry(id, 900))
      const next = await reading
      if (next && id % 5 === 0) {
        got.push(idOf(next))
        next.done()
      }
    }
    got.push(...(await drain(spool)))
    expect(got).toEqual(got.toSorted((a, b) => a - b))
    expect(new Set(got).size).toBe(got.length)
    expect(got.length + reported.dropped).toBe(500)
    spool.close()
  })

  it('refuses an entry that is larger itself', async () => {
    const { spool, reported } = openSpool(folder, { maxBytes })
    await spool.append(entry(0))
    await expect(spool.append(entry(1, maxBytes))).rejects.toThrow(
      'larger than the limit of the whole spool (80000 bytes)',
    )
    expect(await drain(spool)).toEqual([0])
    expect(reported.dropped).toBe(0)
    spool.close()
  })

  it('takes over the entries that fit, drops none of its own for them, and takes the rest later', async () => {
    for (const id of range(0, 3)) {
      const { spool } = openSpool(folder, { maxBytes })
      for (const part of range(0, 60)) await spool.append(entry(id * 60 + part, 1_000))
      spool.close()
    }
    let found = 0
    const onFound = (records: number): void => void (found += records)
    const { spool, reported } = openSpool(folder, { maxBytes, onFound })
    const adopted = spool.adopt()
    while (spool.records === 0) await new Promise(setImmediate)
    expect(found).toBeGreaterThanOrEqual(spool.records) // at every moment
    expect(await adopted).toBeLessThan(80)
    const got = await drain(spool)
    while ((await spool.adopt()) > 0) got.push(...(await drain(spool)))
    expect(got.toSorted((a, b) => a - b)).toEqual(range(0, 180))
    expect(reported.dropped).toBe(0)
    spool.close()
  })
})

describe('the disk', () => {
  it('is refused at once if no folder can be made there', () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    for (const directory of [file, join(file, 'below')]) {
      expect(() => openSpoolDir(directory)).toThrow(
        expect.objectContaining({
          code: 'handler_failed',
          message: expect.stringMatching(
            /^@actionlog\/handler-fluentd: options\.spoolDir ".*" cannot be used: E(EXIST|NOTDIR)/,
          ),
        }),
      )
    }
  })

  it.runIf(mayMount)('is refused at once if it is read-only', async () => {
    await mount('ro,mode=700', (directory) => {
      expect(() => openSpoolDir(directory)).toThrow(/cannot be used: EROFS/)
    })
  })

  it.runIf(mayMount)('may be full: what it refuses is reported, what it took comes back', async () => {
    await mount('size=256k,mode=700', async (directory) => {
      const { spool, reported } = openSpool(directory)
      const kept: number[] = []
      for (const id of range(0, 100)) {
        await spool.append(entry(id, id % 2 ? 3_000 : 9_000)).then(
          () => kept.push(id),
          ({ code }) => expect(code).toBe('ENOSPC'),
        )
      }
      expect(() => spool.appendSync(entry(100, 9_000))).toThrow('ENOSPC')
      expect(kept.length).toBeGreaterThan(20)
      expect(kept.length).toBeLessThan(80)
      spool.close()
      const next = openSpool(directory)
      await next.spool.adopt()
      expect(await drain(next.spool)).toEqual(kept)
      // a file's room is free once another thread has closed it
      await vi.waitFor(() => assert.isAbove(statfsSync(directory).bfree, 0), 60_000)
      await next.spool.append(entry(101))
      expect(await drain(next.spool)).toEqual([101])
      expect([...reported.failures, ...next.reported.failures]).toEqual([])
      next.spool.close()
    })
  })

  it('may lose a file: its records are counted as dropped, and the others come', async () => {
    const { spool, reported } = openSpool(folder, { maxBytes: 8_000 })
    for (const id of range(0, 6)) await spool.append(entry(id, 900))
    rmSync(join(folder, segmentsIn(folder)[2] as string))
    expect(await drain(spool)).toEqual([0, 1, 3, 4, 5])
    expect(reported.dropped).toBe(1)
    expect(reported.failures[0]).toContain('ENOENT')
    spool.close()
  })

  it('may lose all files: their records are counted as dropped at close()', async () => {
    const { spool, reported } = openSpool(folder)
    for (const id of range(0, 6)) await spool.append(entry(id, 900))
    await takeOne(spool)
    await spool.next()
    rmSync(folder, { recursive: true })
    spool.close()
    expect(reported.dropped).toBe(5)
    expect(reported.failures[0]).toContain('ENOENT')
  })

  it('may hold other files: they are left alone', async () => {
    mkdirSync(join(folder, 'folder.spool'))
    writeFileSync(join(folder, 'notes.txt'), 'mine')
    const { spool, reported } = openSpool(folder)
    expect(await spool.adopt()).toBe(0)
    spool.close()
    expect(reported.failures).toEqual([])
    expect(readdirSync(folder)).toEqual(['folder.spool', 'notes.txt'])
  })
})

/** Opens a folder as a handler does whose option it is. */
function openSpoolDir(directory: string): Store {
  const account = new Account()
  return Store.open({
    packageName: '@actionlog/handler-fluentd',
    name: 'options.spoolDir',
    directory,
    maxBytes: 1_048_576,
    maxBatchBytes: 1_048_576,
    account,
    failures: new Failures('@actionlog/handler-fluentd', 'a test', () => undefined),
  })
}

/** Runs `work` on a disk of its own, in memory. */
async function mount(option: string, work: (directory: string) => unknown): Promise<void> {
  execFileSync('mount', ['-t', 'tmpfs', '-o', option, 'none', folder])
  try {
    await work(folder)
  } finally {
    execFileSync('umount', ['-l', folder])
  }
}

async function takeOne(spool: Spool): Promise<number[]> {
  const next = await spool.next()
  next?.done()
  return next ? [idOf(next)] : []
}
