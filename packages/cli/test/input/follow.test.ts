import { spawn } from 'node:child_process'
import {
  closeSync,
  copyFileSync,
  fstatSync,
  openSync,
  renameSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { followInto } from '../../dist/input/follow/follow-into.js'
import { followRecords } from '../../dist/input/follow/follow-records.js'
import { noCounts } from '../../dist/input/intake.js'
import { openStore } from '../../dist/store/open.js'
import { footprint } from '../footprint.js'
import { FollowedLog, look } from './followed-log.js'

let log: FollowedLog
beforeEach(() => {
  log = new FollowedLog()
})
afterEach(() => log.folder.remove())

/** Writes a line in two parts, cut inside a character. */
const writeSplit = async () => {
  const rest = log.writeHalf()
  await sleep(25)
  writeSync(log.file, rest)
}
const sorted = (ids: number[]) => [...ids].sort((a, b) => a - b)

describe('over 20 rotations no line is lost and none comes twice', () => {
  test('by rename, with late writes to the old file and lines cut inside a character', async () => {
    const ids = await log.idsWhile(async (following) => {
      await log.begin(following)
      for (let rotation = 1; rotation <= 20; rotation++) {
        log.write(100)
        await writeSplit()
        renameSync(log.path, `${log.path}.${rotation}`)
        const old = log.reopen()
        log.write(10)
        writeSync(old, log.line())
        await sleep(30)
        writeSync(old, log.line())
        closeSync(old)
      }
      log.close()
    })
    expect(sorted(ids)).toEqual(log.all)
  })

  test('by copytruncate', async () => {
    const ids = await log.idsWhile(async (following) => {
      await log.begin(following)
      for (let rotation = 1; rotation <= 20; rotation++) {
        log.write(100)
        await writeSplit()
        copyFileSync(log.path, `${log.path}.${rotation}`)
        truncateSync(log.path)
        await log.caughtUp(following) // of two copies between two looks, lines may be lost
      }
      log.close()
    })
    expect(sorted(ids)).toEqual(log.all)
  })

  test('by copytruncate, when the file is larger than before at once', async () => {
    const ids = await log.idsWhile(async (following) => {
      await log.begin(following)
      for (let rotation = 1; rotation <= 20; rotation++) {
        log.write(100)
        copyFileSync(log.path, `${log.path}.${rotation}`)
        truncateSync(log.path)
        log.write(120 + rotation)
        await log.caughtUp(following)
      }
      log.close()
    })
    expect(sorted(ids)).toEqual(log.all)
  })
})

test('a file that comes later, is deleted and comes again is followed from its beginning', async () => {
  const ids = await log.idsWhile(
    async (following) => {
      for (let i = 0; i < 3; i++) {
        await look() // the file is missed by then
        log.reopen()
        log.write(10)
        await log.caughtUp(following)
        log.close()
        rmSync(log.path)
      }
    },
    { from: 'end' },
  )
  expect(ids).toEqual(log.all)
})

test('what is in a file already is skipped, given, or continued from where the loading ended', async () => {
  log.reopen()
  log.write(10)
  const offset = fstatSync(log.file).size
  const later = async () => {
    await look() // the file is open by then
    log.write(1)
  }
  expect(await log.idsWhile(later, { from: 'end', skipped: 10 })).toEqual([10])
  expect(await log.idsWhile(later)).toEqual(log.all)
  expect(await log.idsWhile(later, { from: new Map([[log.path, offset]]), skipped: 10 })).toEqual([
    10, 11, 12,
  ])
  log.close()
})

test('in a folder new files are found, and a rotated one is not read again', async () => {
  const ids = await log.idsWhile(
    async (following) => {
      await log.begin(following)
      log.write(5)
      renameSync(log.path, join(log.folder.path, 'a-old.log'))
      log.close()
      log.reopen()
      log.write(5)
      log.close()
      log.file = openSync(join(log.folder.path, 'b.log'), 'a')
      log.write(5)
      log.close()
    },
    { paths: [log.folder.path] },
  )
  expect(sorted(ids)).toEqual(log.all)
})

test('standard input is followed to its end', async () => {
  const script = `
    const { followRecords } = await import(${JSON.stringify(new URL('../../dist/input/follow/follow-records.js', import.meta.url).href)})
    for await (const piece of followRecords(['-'])) console.log(piece.kind === 'record' ? piece.record.request_id : piece.reason)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stdin.write(`${JSON.stringify(footprint({ request_id: 'first' }))}\nText\n`)
  child.stdin.end(JSON.stringify(footprint({ request_id: 'last' })))
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0)
  expect(output.trim().split('\n')).toEqual(['first', 'is no JSON', 'last'])
})

test('records of the text format come with their types and the time in the assumed zone', async () => {
  const text = [
    `${'='.repeat(18)} Footprint Log ${'='.repeat(18)}`,
    'time       : 2026/11/26 18:00:00',
    'label_name : footprint',
    'view_name  : 42',
    'total_time : 3.75',
    'user       : null',
    '',
    '',
  ].join('\n')
  log.folder.write('a.log', text)
  const abort = new AbortController()
  for await (const piece of followRecords([log.path], {
    from: 'start',
    signal: abort.signal,
    assumedZone: 'Asia/Tokyo',
  })) {
    if (piece.kind !== 'record') continue
    expect(piece.record).toEqual({
      time: '2026-11-26T09:00:00.000Z',
      label_name: 'footprint',
      view_name: '42',
      total_time: 3.75,
      user: null,
    })
    abort.abort()
  }
})

test('what is followed into a store can be queried while it grows', async () => {
  const store = await openStore()
  const abort = new AbortController()
  const counts = noCounts()
  log.reopen()
  let added = 0
  const following = followInto(store, [log.path], {
    counts,
    signal: abort.signal,
    from: 'start',
    onAdded: () => added++,
  })
  for (let round = 1; round <= 3; round++) {
    for (let i = 0; i < 10; i++) writeSync(log.file, `${JSON.stringify(footprint())}\n`)
    writeSync(log.file, 'Text\n')
    for (let n = 0; n < round * 10; )
      [{ n }] = (await store.query<{ n: number }>('SELECT count(*) AS n FROM requests')) as [{ n: number }]
  }
  abort.abort()
  await following
  expect(counts).toEqual({ pieces: 33, requests: 30, labelled: 0, rejected: 3, blank: 0 })
  expect(added).toBeGreaterThan(0)
  log.close()
  await store.close()
})
