import { existsSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failures } from '@actionlog/core'
import { fileHandler } from '../src/index.js'
import { Housekeeping } from '../src/rotation/housekeeping.js'
import { stampOf } from '../src/rotation/rotated-name.js'
import { folder, listen, logfile, until } from './log-folder.js'

const DAY = 86_400_000
const bad = vi.hoisted(() => ({
  path: '',
  /** How many compressed files could not be made. */
  parts: undefined as number | undefined,
}))

vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>()
  const refuse = (path: string): void => {
    if (path === bad.path) throw Object.assign(new Error('EIO: it failed'), { code: 'EIO' })
  }
  return {
    ...fs,
    rm: async (path: string, options: object) => (refuse(path), fs.rm(path, options)),
    open: async (path: string, ...args: [flags: string | number]) => {
      refuse(path)
      if (bad.parts === undefined || !path.endsWith('.part')) return fs.open(path, ...args)
      bad.parts++
      throw Object.assign(new Error(`EDQUOT: no quota, open '${path}'`), { code: 'EDQUOT' })
    },
  }
})

/** A rotated file whose last line is so old. */
function rotated(age: number): string {
  const path = join(folder, `action-${stampOf(Date.now() - age)}.log`)
  writeFileSync(path, 'line\n')
  utimesSync(path, (Date.now() - age) / 1_000, (Date.now() - age) / 1_000)
  return path
}

describe('one rotated file', () => {
  test('that cannot be removed is reported, and stops no removal of others', async () => {
    const [first, second, third] = [30, 20, 10].map((days) => rotated(days * DAY)) as [string, string, string]
    bad.path = first
    const handler = fileHandler({ logfile, rotateEvery: 'day', keepDays: 7 })
    const reports = listen(handler)
    await until(() => !existsSync(second) && !existsSync(third))
    await handler.close()
    expect(existsSync(first)).toBe(true)
    expect(reports.messages).toEqual([`@actionlog/handler-file: ${first} cannot be removed: EIO: it failed`])
  })

  test('that cannot be compressed is reported, and stops no compression of others', async () => {
    const [first, second] = [30, 20].map((days) => rotated(days * DAY)) as [string, string]
    bad.path = first
    const messages: string[] = []
    const failures = new Failures(
      '@actionlog/handler-file',
      logfile,
      () =>
        ({ message }) =>
          void messages.push(message),
    )
    const housekeeping = new Housekeeping({ keepFiles: 0, keepDays: 0, gzip: true, graceMs: 0 }, failures)
    housekeeping.tidy(logfile)
    await until(() => existsSync(`${second}.gz`) && !existsSync(second))
    await housekeeping.stop()
    expect([existsSync(first), existsSync(`${first}.gz`)]).toEqual([true, false])
    expect(messages).toEqual([`@actionlog/handler-file: ${first} cannot be compressed: EIO: it failed`])
  })

  test('whose compressed file cannot be made, under another name each time, is reported once', async () => {
    const path = rotated(DAY)
    bad.parts = 0
    const messages: string[] = []
    const failures = new Failures('file', logfile, () => (error) => void messages.push(error.message))
    const housekeeping = new Housekeeping({ keepFiles: 0, keepDays: 0, gzip: true, graceMs: 0 }, failures)
    for (let attempts = 1; attempts <= 3; attempts++) {
      housekeeping.tidy(logfile)
      await until(() => bad.parts === attempts)
    }
    await housekeeping.stop()
    failures.reportDrops()
    expect(messages).toEqual([`file: ${path} cannot be compressed: EDQUOT: no quota, open 'a new name'`])
  })
})
