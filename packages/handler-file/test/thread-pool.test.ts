import { renameSync, rmSync } from 'node:fs'
import { fileHandler } from '../src/index.js'
import { emit, ids, logfile, logfiles, range, sorted, until } from './log-folder.js'

const seen = vi.hoisted(() => ({ isOn: false, calls: [] as string[] }))

vi.mock('node:fs', async (original) => {
  const fs = await original<Record<string, unknown>>()
  const recorded = (name: string, call: unknown): unknown =>
    name.endsWith('Sync') && typeof call === 'function'
      ? (...args: unknown[]) => {
          if (seen.isOn) seen.calls.push(name)
          return call(...args)
        }
      : call
  return Object.fromEntries(Object.entries(fs).map(([name, call]) => [name, recorded(name, call)]))
})

afterEach(() => Object.assign(seen, { isOn: false, calls: [] }))

/** What the handler calls synchronously meanwhile. */
async function callsDuring(work: () => Promise<void>): Promise<string[]> {
  seen.isOn = true
  await work()
  seen.isOn = false
  return seen.calls
}

describe('while the process runs, the thread pool does what the file system is asked for', () => {
  test('to write, to rotate, and to tidy up', async () => {
    const handler = fileHandler({ logfile, rotateBytes: 2_000, keepFiles: 2, gzip: true })
    const calls = await callsDuring(async () => {
      for (let from = 0; from < 1_000; from += 50) {
        emit(handler, from, from + 50)
        await handler.flush()
      }
      await handler.close()
    })
    expect(logfiles().length).toBeLessThanOrEqual(3)
    expect(ids().at(-1)).toBe(999)
    expect(calls).toEqual([])
  })

  test('to open a file that was renamed, or deleted', async () => {
    const handler = fileHandler({ logfile })
    emit(handler, 0, 10)
    await handler.flush()
    renameSync(logfile, `${logfile}.1`)
    const calls = await callsDuring(async () => {
      handler.reopen()
      emit(handler, 10, 20)
      await handler.flush()
    })
    rmSync(logfile)
    const more = await callsDuring(async () => {
      handler.reopen()
      emit(handler, 20, 30)
      await handler.close()
    })
    await until(() => ids().length === 10)
    expect(sorted([...ids(`${logfile}.1`), ...ids()])).toEqual([...range(10), ...range(30).slice(20)])
    expect([...calls, ...more]).toEqual([])
  })
})
