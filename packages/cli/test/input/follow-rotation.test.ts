import { execFileSync, spawnSync } from 'node:child_process'
import {
  closeSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { fileHandler } from '@actionlog/handler-file'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FollowedLog, look } from './followed-log.js'

let log: FollowedLog
beforeEach(() => {
  log = new FollowedLog()
})
afterEach(() => {
  vi.useRealTimers()
  log.folder.remove()
})

/** Replaces a file by its compressed form, as gzip and the file handler do. */
function compress(path: string): void {
  const { atime, mtime } = statSync(path)
  writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)))
  utimesSync(`${path}.gz`, atime, mtime)
  rmSync(path)
}
const sorted = (ids: number[]) => [...ids].sort((a, b) => a - b)
/** The clock of the follower; what it waits for is over then. */
const passTime = (ms: number) =>
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms, shouldAdvanceTime: false })

describe('a line that a rotation cuts in two comes as one', () => {
  test('by rename, finished in the new file', async () => {
    const ids = await log.idsWhile(async (following) => {
      await log.begin(following)
      for (let rotation = 1; rotation <= 5; rotation++) {
        const rest = log.writeHalf()
        await look()
        renameSync(log.path, `${log.path}.${rotation}`)
        closeSync(log.reopen())
        await look()
        passTime(60_000)
        await look()
        writeSync(log.file, rest)
        log.write(2)
        await look()
      }
      log.close()
    })
    expect(ids).toEqual(log.all)
  })

  test('by rename, finished in the old file a minute later, because the application has not reopened it', async () => {
    const ids = await log.idsWhile(async (following) => {
      await log.begin(following)
      for (let rotation = 1; rotation <= 5; rotation++) {
        const rest = log.writeHalf()
        renameSync(log.path, `${log.path}.${rotation}`)
        const old = log.reopen()
        await look()
        passTime(60_000)
        await look()
        writeSync(old, rest)
        writeSync(old, log.line())
        closeSync(old)
        log.write(2)
        await look()
      }
      log.close()
    })
    expect(sorted(ids)).toEqual(log.all) // both files are written at the same time
  })

  test('by copytruncate, finished at the start of the truncated file', async () => {
    const ids = await log.idsWhile(async (following) => {
      await log.begin(following)
      for (let rotation = 1; rotation <= 5; rotation++) {
        log.write(10)
        const rest = log.writeHalf()
        copyFileSync(log.path, `${log.path}.${rotation}`)
        truncateSync(log.path)
        await look()
        writeSync(log.file, rest)
        await look()
      }
      log.close()
    })
    expect(ids).toEqual(log.all)
  })

  test('between files that were rotated and compressed before they were read', async () => {
    const ids = await log.idsWhile(async (following) => {
      await log.begin(following)
      for (let rotation = 1; rotation <= 5; rotation++) {
        const rest = log.writeHalf()
        renameSync(log.path, `${log.path}.${rotation}`)
        compress(`${log.path}.${rotation}`)
        closeSync(log.reopen())
        writeSync(log.file, rest)
        log.write(2)
        await sleep(10) // the files differ in their times
      }
      log.close()
    })
    expect(ids).toEqual(log.all)
  })
})

test('a line that never ends is given when the next file has lines, and joined to none of them', async () => {
  const { lines } = await log.followWhile(async () => {
    log.reopen()
    log.write(1)
    log.writeHalf()
    await look()
    renameSync(log.path, `${log.path}.1`)
    closeSync(log.reopen())
    log.write(1)
    await look()
    passTime(60_000)
    log.close()
  })
  expect(lines.map((line) => line.slice(0, 8))).toEqual(['{"id":0,', '{"id":2,', '{"id":1,'])
})

describe('files that were compressed before they were read are read', () => {
  test('by rename, several between two looks, in order', async () => {
    const ids = await log.idsWhile(async (following) => {
      await log.begin(following)
      following.isPaused = true
      log.write(1)
      for (let rotation = 1; rotation <= 20; rotation++) {
        log.write(50)
        renameSync(log.path, `${log.path}-${rotation}`)
        compress(`${log.path}-${rotation}`)
        closeSync(log.reopen())
        await sleep(25) // the files differ in their times, which file systems keep to 10 ms
      }
      following.isPaused = false
      log.write(5)
      log.close()
    })
    expect(ids).toEqual(log.all)
  })

  test('by copytruncate, from where they were read before', async () => {
    const ids = await log.idsWhile(async (following) => {
      await log.begin(following)
      for (let rotation = 1; rotation <= 20; rotation++) {
        log.write(100)
        await sleep(rotation % 2 ? 0 : 40)
        log.write(100)
        copyFileSync(log.path, `${log.path}.${rotation}`)
        compress(`${log.path}.${rotation}`)
        truncateSync(log.path)
        log.write(rotation % 3)
        await log.caughtUp(following)
      }
      log.close()
    })
    expect(ids).toEqual(log.all)
  })

  test('but not a second time, when read ones are compressed or uncompressed, and none from before', async () => {
    log.reopen()
    log.write(10)
    log.close()
    renameSync(log.path, `${log.path}.2`)
    compress(`${log.path}.2`)
    log.reopen()
    log.write(10)
    log.close()
    renameSync(log.path, `${log.path}.1`)
    const before = log.written
    const ids = await log.idsWhile(
      async (following) => {
        await log.begin(following)
        compress(`${log.path}.1`)
        writeFileSync(`${log.path}.2`, gunzipSync(readFileSync(`${log.path}.2.gz`)))
        for (let rotation = 3; rotation <= 6; rotation++) {
          log.write(10)
          await look()
          renameSync(log.path, `${log.path}.${rotation}`)
          closeSync(log.reopen())
          await look()
          compress(`${log.path}.${rotation}`)
        }
        log.write(10)
        log.close()
      },
      { skipped: before },
    )
    expect(ids).toEqual(log.all.slice(before))
  })
})

test('of the rotations of the file handler no record is lost, though all its files are compressed meanwhile', async () => {
  const handler = fileHandler({ logfile: log.path, rotateBytes: 4_000 })
  const emit = async (count: number) => {
    for (let i = 0; i < count; i++) handler.emit(JSON.parse(log.line()))
    await handler.flush()
  }
  const ids = await log.idsWhile(async (following) => {
    await emit(1)
    while (following.ids.length === 0) await sleep(5)
    following.isPaused = true
    await emit(1)
    for (let i = 0; i < 20; i++) await emit(20)
    const rotated = readdirSync(log.folder.path).filter((name) => name !== 'a.log')
    expect(rotated.length).toBeGreaterThan(10)
    for (const name of rotated) compress(join(log.folder.path, name))
    following.isPaused = false
    await emit(5)
  })
  await handler.close()
  expect(sorted(ids)).toEqual(log.all) // the order of files of one moment is not known
})

const hasLogrotate = spawnSync('logrotate', ['--version']).status === 0
if (!hasLogrotate) console.log('skipped: there is no logrotate')

describe.runIf(hasLogrotate)('over 20 rotations of logrotate no line is lost and none comes twice', () => {
  function rotate(rules: string): void {
    const config = join(log.folder.path, 'rules')
    writeFileSync(config, `"${log.path}" {\nrotate 50\n${rules}\n}\n`, { mode: 0o644 })
    execFileSync('logrotate', ['--force', '--state', join(log.folder.path, 'state'), config])
  }

  test.each(['create\nnocompress', 'create\ncompress', 'copytruncate\nnocompress', 'copytruncate\ncompress'])(
    'with %j',
    async (rules) => {
      const ids = await log.idsWhile(async (following) => {
        await log.begin(following)
        for (let rotation = 1; rotation <= 20; rotation++) {
          log.write(100)
          const rest = log.writeHalf()
          following.isPaused = rotation % 3 === 0 && rules.startsWith('create') // then two rotations are between two looks
          rotate(rules)
          if (rules.startsWith('create')) closeSync(log.reopen())
          writeSync(log.file, rest)
          if (rules.startsWith('create')) await sleep(rotation % 2 ? 0 : 60)
          // two copies between two looks are more than a follower can tell apart
          else await log.caughtUp(following)
        }
        following.isPaused = false
        log.close()
      })
      expect(existsSync(`${log.path}.20${rules.endsWith('nocompress') ? '' : '.gz'}`)).toBe(true)
      expect(sorted(ids)).toEqual(log.all)
    },
  )
})
