import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fileHandler } from '../src/index.js'
import { stampOf } from '../src/rotation/rotated-name.js'
import { emit, folder, ids, listen, logfile, logfiles, names, range, until } from './log-folder.js'

const CLUSTER = fileURLToPath(new URL('fixtures/cluster.js', import.meta.url))
const HOUR = 3_600_000

afterEach(() => {
  vi.useRealTimers()
})

function allIds(): number[] {
  return logfiles().flatMap((file) => ids(file))
}

describe('rotation', () => {
  it('by size: no file is larger, their names are in the order of the lines', async () => {
    const handler = fileHandler({ logfile, rotateBytes: 10_000 })
    for (let from = 0; from < 2_000; from += 50) {
      emit(handler, from, from + 50)
      await handler.flush()
    }
    await handler.close()
    expect(logfiles().length).toBeGreaterThan(5)
    expect(logfiles().at(-1)).toBe(logfile)
    for (const file of logfiles()) expect(statSync(file).size).toBeLessThanOrEqual(10_000)
    expect(allIds()).toEqual(range(2_000))
  })

  it('by size: a burst makes no file larger', async () => {
    const handler = fileHandler({ logfile, rotateBytes: 100_000 })
    emit(handler, 0, 10_000)
    await handler.close()
    for (const file of logfiles()) expect(statSync(file).size).toBeLessThanOrEqual(100_000)
    expect(allIds()).toEqual(range(10_000))
  })

  it.each([
    ['day', 25 * HOUR], // also on the day that clocks are set back
    ['hour', HOUR],
  ] as const)('by %s: the first line of the next one starts a new file', async (rotateEvery, ms) => {
    const handler = fileHandler({ logfile, rotateEvery })
    emit(handler, 0, 10)
    await handler.flush()
    const { mtimeMs } = statSync(logfile)
    const now = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now: now + ms })
    emit(handler, 10, 20)
    await handler.flush()
    emit(handler, 20, 30)
    await handler.close()
    expect(names()).toEqual([`action-${stampOf(mtimeMs)}.log`, 'action.log'])
    expect(ids(logfiles()[0])).toEqual(range(10))
    expect(ids()).toEqual(range(30).slice(10))
  })

  it('by day: not before there is a line for the next file', async () => {
    const handler = fileHandler({ logfile, rotateEvery: 'day' })
    emit(handler, 0, 10)
    await handler.flush()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 24 * HOUR })
    await handler.close()
    expect(names()).toEqual(['action.log'])
  })

  it('by hour: goes on when the clock was put back', async () => {
    const now = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now: now + 48 * HOUR })
    const handler = fileHandler({ logfile, rotateEvery: 'hour' })
    emit(handler, 0, 10)
    await handler.flush()
    vi.setSystemTime(now)
    emit(handler, 10, 20)
    await handler.flush()
    vi.setSystemTime(now + HOUR)
    emit(handler, 20, 30)
    await handler.close()
    expect(logfiles().length).toBeGreaterThan(1)
    expect(allIds()).toEqual(range(30))
  })

  it("by day, at the first line after a start: the file of another day gets that day's name", async () => {
    writeFileSync(logfile, '{"id":0}\n')
    const yesterday = Date.now() - 25 * HOUR
    utimesSync(logfile, yesterday / 1_000, yesterday / 1_000)
    const handler = fileHandler({ logfile, rotateEvery: 'day' })
    emit(handler, 1, 2)
    await handler.close()
    expect(names()[0]).toBe(`action-${stampOf(statSync(logfiles()[0] as string).mtimeMs)}.log`)
    expect(logfiles().map((file) => ids(file))).toEqual([[0], [1]])
  })

  it('is left to the process that holds the lock, until that is stale', async () => {
    const handler = fileHandler({ logfile, rotateBytes: 100 })
    writeFileSync(`${logfile}.lock`, '')
    emit(handler, 0, 10)
    await handler.flush()
    emit(handler, 10, 20)
    await handler.flush()
    expect(names()).toEqual(['action.log', 'action.log.lock'])
    utimesSync(`${logfile}.lock`, 0, 0)
    let next = 20
    await until(async () => {
      emit(handler, next++, next)
      await handler.flush()
      return logfiles().length > 1
    })
    await handler.close()
    expect(allIds()).toEqual(range(next))
    expect(names()).not.toContain('action.log.lock')
  })

  it('that fails is reported once, and the lines go on into the file', async () => {
    const handler = fileHandler({ logfile, rotateBytes: 100 })
    const reports = listen(handler)
    mkdirSync(`${logfile}.lock/x`, { recursive: true })
    utimesSync(`${logfile}.lock`, 0, 0)
    for (let id = 0; id < 30; id++) {
      emit(handler, id, id + 1)
      await handler.flush()
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    await handler.close()
    expect(ids()).toEqual(range(30))
    expect(reports.messages).toEqual([expect.stringContaining('cannot be rotated: ')])
  })

  it('that fails because of the new name, another one each time, is reported once', async () => {
    const longName = join(folder, `${'x'.repeat(236)}.log`)
    const handler = fileHandler({ logfile: longName, rotateBytes: 100 })
    const reports = listen(handler)
    for (let id = 0; id < 30; id++) {
      emit(handler, id, id + 1)
      await handler.flush()
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    await handler.close()
    expect(ids(longName)).toEqual(range(30))
    expect(reports.messages).toEqual([
      `@actionlog/handler-file: ${longName} cannot be rotated: ENAMETOOLONG: name too long, open 'a new name'`,
    ])
  })

  it('in a cluster of 4 under load, compressed meanwhile: 1,000,000 lines are all there, whole and once', async () => {
    const child = spawn(process.execPath, [CLUSTER, logfile], { stdio: ['ignore', 'pipe', 'inherit'] })
    let out = ''
    child.stdout.on('data', (chunk) => (out += chunk))
    const [code] = await once(child, 'close')
    expect([code, out]).toEqual([0, ''])
    const seen = range(1_000_000).fill(0)
    for (const id of logfiles().flatMap((file) => ids(file))) seen[id] = (seen[id] as number) + 1
    expect(seen.findIndex((times) => times !== 1)).toBe(-1)
    expect(logfiles().length).toBeGreaterThan(8)
    expect(logfiles().some((file) => file.endsWith('.gz'))).toBe(true)
    expect(names()).toEqual(logfiles().map((file) => file.slice(file.lastIndexOf('/') + 1)))
  })
})
