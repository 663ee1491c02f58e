import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Failures } from '@actionlog/core'
import { fileHandler } from '../src/index.js'
import { Housekeeping, type Keeping } from '../src/rotation/housekeeping.js'
import { stampOf } from '../src/rotation/rotated-name.js'
import { folder, logfile, names, until } from './log-folder.js'

const DAY = 86_400_000
const NOTHING: Keeping = { keepFiles: 0, keepDays: 0, gzip: false, graceMs: 0 }

let reports: string[]
let housekeeping: Housekeeping
function keep(keeping: Partial<Keeping>): void {
  reports = []
  housekeeping = new Housekeeping({ ...NOTHING, ...keeping }, makeFailures())
  housekeeping.tidy(logfile)
}
afterEach(() => housekeeping.stop())

function makeFailures(): Failures {
  return new Failures(
    '@actionlog/handler-file',
    logfile,
    () =>
      ({ message }) =>
        void reports.push(message),
  )
}

/** A rotated file whose last line is so old. */
function rotated(age: number, content = 'line\n'): string {
  const path = join(folder, `action-${stampOf(Date.now() - age)}.log`)
  writeFileSync(path, content)
  const seconds = (Date.now() - age) / 1_000
  utimesSync(path, seconds, seconds)
  return path
}

/** Writes late lines to a file, which must stay meanwhile: twenty, or fewer on a busy machine. @returns how many */
async function writeLate(path: string, graceMs: number): Promise<number> {
  for (let lines = 0, last = performance.now(); lines < 20; lines++) {
    await new Promise((resolve) => setTimeout(resolve, graceMs / 10))
    if (performance.now() - last > graceMs / 2) return lines // after so long a pause the file may go
    expect(existsSync(path)).toBe(true)
    appendFileSync(path, 'late\n')
    last = performance.now()
  }
  return 20
}

describe('rotated files', () => {
  it('keepFiles: so many of the newest stay, compressed or not, and all other files', async () => {
    const [oldest, older, newer, newest] = [4, 3, 2, 1].map((days) => rotated(days * DAY)) as [
      string,
      string,
      string,
      string,
    ]
    writeFileSync(`${newer}.gz`, gzipSync('line\n'))
    writeFileSync(join(folder, 'other.log'), '')
    keep({ keepFiles: 2 })
    await until(() => !existsSync(older) && !existsSync(oldest))
    expect(names()).toEqual(
      [newer, `${newer}.gz`, newest]
        .map((path) => basename(path))
        .concat('other.log')
        .sort(),
    )
  })

  it('keepFiles: a folder of such a name is none of them', async () => {
    mkdirSync(join(folder, `action-${stampOf(Date.now() - 9 * DAY)}.log`))
    const [older, newer] = [2, 1].map((days) => rotated(days * DAY)) as [string, string]
    keep({ keepFiles: 1 })
    await until(() => !existsSync(older))
    expect([existsSync(newer), names().length, reports]).toEqual([true, 2, []])
  })

  it('keepFiles: a file that a sibling still writes to stays until it is left alone', async () => {
    const [older, newer] = [2, 1].map((days) => rotated(days * DAY)) as [string, string]
    keep({ keepFiles: 1 })
    await writeLate(older, 1_000)
    await until(() => !existsSync(older))
    expect(existsSync(newer)).toBe(true)
  })

  it('keepFiles: after many quick rotations no more are left, whether the handler is closed or not', async () => {
    const handler = fileHandler({ logfile, rotateBytes: 100, keepFiles: 3 })
    const rotations = async (times: number): Promise<void> => {
      for (let id = 0; id < times * 3; id++) {
        handler.emit({ time: 0, id, pad: 'x'.repeat(40) })
        await handler.flush()
      }
    }
    await rotations(200)
    await until(() => names().length === 4)
    await rotations(20)
    await handler.close()
    expect(names().length).toBe(4)
  })

  it('keepDays: a file is removed on time, also while nothing is written', async () => {
    const path = rotated(7 * DAY - 1_500)
    const handler = fileHandler({ logfile, rotateEvery: 'day', keepDays: 7 })
    expect(existsSync(path)).toBe(true)
    await until(() => !existsSync(path))
    await handler.close()
  })

  it('gzip: has the mode of the file, whatever the umask is now', async () => {
    const path = rotated(DAY)
    chmodSync(path, 0o664)
    const before = process.umask(0o077)
    try {
      keep({ gzip: true })
      await until(() => !existsSync(path))
    } finally {
      process.umask(before)
    }
    expect(statSync(`${path}.gz`).mode & 0o777).toBe(0o664)
  })

  it('keepDays: none is older', async () => {
    const old = rotated(7 * DAY + 1_000)
    const young = rotated(7 * DAY - 60_000)
    keep({ keepDays: 7 })
    await until(() => !existsSync(old))
    expect(names()).toEqual([basename(young)])
  })

  it('gzip: has the same content, time and mode, and nothing else is left', async () => {
    const path = rotated(DAY, 'a line\n'.repeat(100_000))
    const { mtimeMs, mode } = statSync(path)
    keep({ gzip: true })
    await until(() => names().join() === `${basename(path)}.gz`)
    expect(gunzipSync(readFileSync(`${path}.gz`)).toString()).toBe('a line\n'.repeat(100_000))
    expect(statSync(`${path}.gz`)).toMatchObject({ mode })
    expect(Math.round(statSync(`${path}.gz`).mtimeMs / 1_000)).toBe(Math.round(mtimeMs / 1_000))
  })

  it('gzip: leaves a file alone until nobody has written to it for a while', async () => {
    const path = rotated(DAY)
    keep({ gzip: true, graceMs: 300 })
    const lines = await writeLate(path, 300)
    await until(() => !existsSync(path))
    expect(gunzipSync(readFileSync(`${path}.gz`)).toString()).toBe(`line\n${'late\n'.repeat(lines)}`)
  })

  it('gzip: a file that grows meanwhile stays, and is compressed later', async () => {
    const path = rotated(DAY, 'a line\n'.repeat(3_000_000))
    keep({ gzip: true })
    await until(() => names().some((name) => name.endsWith('.part')))
    appendFileSync(path, 'late\n')
    await until(() => names().length === 1)
    expect(names()).toEqual([basename(path)])
    housekeeping.tidy(logfile)
    await until(() => !existsSync(path))
    expect(
      gunzipSync(readFileSync(`${path}.gz`))
        .toString()
        .endsWith('a line\nlate\n'),
    ).toBe(true)
  })

  it('gzip: finishes the work of a process that died, at any step', async () => {
    const half = rotated(2 * DAY, 'one\n')
    const done = rotated(DAY, 'two\n')
    const part = `${half}.gz.0123abcd.part`
    writeFileSync(part, gzipSync('one\n').subarray(0, 10))
    utimesSync(part, 0, 0)
    writeFileSync(`${done}.gz`, gzipSync('two\n')) // it had only to remove the file
    keep({ gzip: true })
    await until(() => !existsSync(half) && !existsSync(done))
    await until(() => names().length === 2)
    expect([half, done].map((path) => gunzipSync(readFileSync(`${path}.gz`)).toString())).toEqual([
      'one\n',
      'two\n',
    ])
  })

  it('gzip: leaves a file to the sibling that is compressing it', async () => {
    const path = rotated(DAY)
    const other = rotated(DAY / 2)
    writeFileSync(`${path}.gz.0123abcd.part`, '')
    keep({ gzip: true })
    await until(() => !existsSync(other))
    expect(existsSync(path)).toBe(true)
  })

  it('gzip: several at once do no harm', async () => {
    const path = rotated(DAY, 'a line\n'.repeat(500_000))
    keep({ gzip: true })
    const others = [1, 2, 3].map(() => new Housekeeping({ ...NOTHING, gzip: true }, makeFailures()))
    for (const other of others) other.tidy(logfile)
    await until(() => names().join() === `${basename(path)}.gz`)
    expect(gunzipSync(readFileSync(`${path}.gz`)).length).toBe(3_500_000)
    expect(reports).toEqual([])
  })

  it('gzip: stops at close(), and leaves the file', async () => {
    const path = rotated(DAY, 'a line\n'.repeat(3_000_000))
    keep({ gzip: true })
    await until(() => names().some((name) => name.endsWith('.part')))
    housekeeping.stop()
    await until(() => names().length === 1)
    expect(names()).toEqual([basename(path)])
    expect(reports).toEqual([])
  })

  it('that cannot be cleaned up are reported once', async () => {
    const missing = join(folder, 'gone/action.log')
    keep({})
    housekeeping.tidy(missing)
    await until(() => reports.length > 0)
    housekeeping.tidy(missing)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(reports).toEqual([expect.stringContaining('cannot be cleaned up: ENOENT')])
  })
})
