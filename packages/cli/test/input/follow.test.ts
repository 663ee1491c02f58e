import { spawn } from 'node:child_process'
import { closeSync, copyFileSync, openSync, renameSync, rmSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type FollowOptions, follow } from '../../dist/input/follow.js'
import { followInto } from '../../dist/input/follow-into.js'
import { followRecords } from '../../dist/input/follow-records.js'
import { noCounts } from '../../dist/input/intake.js'
import { openStore } from '../../dist/store/open.js'
import { footprint } from '../footprint.js'
import { logFolder } from './loaded-log.js'

let folder: ReturnType<typeof logFolder>
let log: string
let written: number
let file: number
beforeEach(() => {
  folder = logFolder()
  log = join(folder.path, 'a.log')
  written = 0
})
afterEach(() => folder.remove())

const line = (id: number) => `${JSON.stringify({ id, text: '日本語'.repeat(20) })}\n`
const write = (count: number) => {
  for (let i = 0; i < count; i++) writeSync(file, line(written++))
}
/** Writes a line in two parts, cut inside a character. */
const writeSplit = async () => {
  const bytes = Buffer.from(line(written++))
  writeSync(file, bytes.subarray(0, 30))
  await sleep(25)
  writeSync(file, bytes.subarray(30))
}

/** Follows while `work` goes on and until all has come, and gives the ids in the order in which they came. */
async function idsWhile(
  work: (ids: readonly number[]) => Promise<void>,
  {
    paths = [log],
    from = 'start',
    skipped = 0,
  }: { paths?: string[]; from?: FollowOptions['from']; skipped?: number } = {},
): Promise<number[]> {
  const abort = new AbortController()
  const ids: number[] = []
  const following = (async () => {
    for await (const { bytes } of follow(paths, { from, signal: abort.signal }))
      for (const text of bytes.toString().trimEnd().split('\n')) ids.push(JSON.parse(text).id)
  })()
  await Promise.race([work(ids), following])
  for (let i = 0; i < 500 && ids.length < written - skipped; i++) await sleep(20)
  await sleep(100) // nothing more may come
  abort.abort()
  await following
  return ids
}
/** Writes a line and waits until it has come: then the files are followed. */
const begin = async (ids: readonly number[]) => {
  file = openSync(log, 'a')
  write(1)
  while (ids.length === 0) await sleep(5)
}
const all = () => Array.from({ length: written }, (_, i) => i)
const sorted = (ids: number[]) => [...ids].sort((a, b) => a - b)

describe('over 20 rotations no line is lost and none comes twice', () => {
  test('by rename, with late writes to the old file and lines cut inside a character', async () => {
    const ids = await idsWhile(async (ids) => {
      await begin(ids)
      for (let rotation = 1; rotation <= 20; rotation++) {
        write(100)
        await writeSplit()
        renameSync(log, `${log}.${rotation}`)
        const old = file
        file = openSync(log, 'a')
        write(10)
        writeSync(old, line(written++))
        await sleep(30)
        writeSync(old, line(written++))
        closeSync(old)
      }
      closeSync(file)
    })
    expect(sorted(ids)).toEqual(all())
  })

  test('by copytruncate', async () => {
    const ids = await idsWhile(async (ids) => {
      await begin(ids)
      for (let rotation = 1; rotation <= 20; rotation++) {
        write(100)
        await writeSplit()
        copyFileSync(log, `${log}.${rotation}`)
        truncateSync(log)
        await sleep(30)
      }
      closeSync(file)
    })
    expect(sorted(ids)).toEqual(all())
  })

  test('by copytruncate, when the file is larger than before at once', async () => {
    const ids = await idsWhile(async (ids) => {
      await begin(ids)
      for (let rotation = 1; rotation <= 20; rotation++) {
        write(100)
        copyFileSync(log, `${log}.${rotation}`)
        truncateSync(log)
        write(120 + rotation)
        await sleep(100)
      }
      closeSync(file)
    })
    expect(sorted(ids)).toEqual(all())
  })
})

test('a file that comes later, is deleted and comes again is followed from its beginning', async () => {
  const ids = await idsWhile(
    async (ids) => {
      for (let i = 0; i < 3; i++) {
        await sleep(100) // the file is missed by then
        file = openSync(log, 'a')
        write(10)
        while (ids.length < written) await sleep(5)
        closeSync(file)
        rmSync(log)
      }
    },
    { from: 'end' },
  )
  expect(ids).toEqual(all())
})

test('what is in a file already is skipped, given, or continued from where the loading ended', async () => {
  file = openSync(log, 'a')
  write(10)
  const later = async () => {
    await sleep(300) // the file is open by then
    write(1)
  }
  expect(await idsWhile(later, { from: 'end', skipped: 10 })).toEqual([10])
  expect(await idsWhile(later)).toEqual(all())
  const offset = Buffer.byteLength(line(0)) * 10
  expect(await idsWhile(later, { from: new Map([[log, offset]]), skipped: 10 })).toEqual([10, 11, 12])
  closeSync(file)
})

test('in a folder new files are found, and a rotated one is not read again', async () => {
  const ids = await idsWhile(
    async (ids) => {
      await begin(ids)
      write(5)
      renameSync(log, join(folder.path, 'a-old.log'))
      closeSync(file)
      file = openSync(log, 'a')
      write(5)
      closeSync(file)
      file = openSync(join(folder.path, 'b.log'), 'a')
      write(5)
      closeSync(file)
    },
    { paths: [folder.path] },
  )
  expect(sorted(ids)).toEqual(all())
})

test('standard input is followed to its end', async () => {
  const script = `
    const { followRecords } = await import(${JSON.stringify(new URL('../../dist/input/follow-records.js', import.meta.url).href)})
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
  folder.write('a.log', text)
  const abort = new AbortController()
  for await (const piece of followRecords([log], {
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
  file = openSync(log, 'a')
  let added = 0
  const following = followInto(store, [log], {
    counts,
    signal: abort.signal,
    from: 'start',
    onAdded: () => added++,
  })
  for (let round = 1; round <= 3; round++) {
    for (let i = 0; i < 10; i++) writeSync(file, `${JSON.stringify(footprint())}\n`)
    writeSync(file, 'Text\n')
    for (let n = 0; n < round * 10; )
      [{ n }] = (await store.query<{ n: number }>('SELECT count(*) AS n FROM requests')) as [{ n: number }]
  }
  abort.abort()
  await following
  expect(counts).toEqual({ pieces: 33, requests: 30, labelled: 0, rejected: 3, blank: 0 })
  expect(added).toBeGreaterThan(0)
  closeSync(file)
  await store.close()
})
