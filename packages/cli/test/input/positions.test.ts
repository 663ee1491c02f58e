import { appendFileSync, linkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { followInto } from '../../dist/input/follow/follow-into.js'
import { noCounts } from '../../dist/input/intake.js'
import { load } from '../../dist/input/load.js'
import { openStore } from '../../dist/store/open.js'
import { footprint } from '../footprint.js'
import { loadAll, logFolder } from './loaded-log.js'

let folder: ReturnType<typeof logFolder>
beforeEach(() => {
  folder = logFolder()
})
afterEach(() => folder.remove())
const LINE = JSON.stringify(footprint())

test('of a followed file the last line is left if it has no newline, and the position is before it', async () => {
  const path = folder.write('a.log', `${LINE}\n${LINE.slice(0, 40)}`)
  const followed = await loadAll([path], { isFollowed: true })
  expect(followed.counts).toMatchObject({ pieces: 1, requests: 1 })
  expect(followed.positions.get(path)).toBe(LINE.length + 1)
  const alone = await loadAll([path])
  expect(alone.counts).toMatchObject({ pieces: 2, requests: 1, rejected: 1 })
})

test('the position is a place in the file, whatever stands before it', async () => {
  for (const [i, text] of [
    `\ufeff${LINE}\n`,
    `${LINE}\r\n\r\n`,
    `é\n${LINE}\n`,
    `\0\0${LINE}\n\n`,
  ].entries()) {
    const path = folder.write(`${i}.log`, text)
    const { positions } = await loadAll([path], { isFollowed: true })
    expect(positions.get(path), JSON.stringify(text)).toBe(Buffer.byteLength(text))
  }
})

test('a compressed file has no position, and its last line counts: nothing will follow', async () => {
  const path = folder.write('a.log.gz', gzipSync(`${LINE}\n${LINE}`))
  const { counts, positions } = await loadAll([path], { isFollowed: true })
  expect(counts).toMatchObject({ pieces: 2, requests: 2 })
  expect([...positions.keys()]).toEqual([])
})

test('a line that a rotation split is joined, and the position counts only what is in the file itself', async () => {
  const old = folder.write('a.log.1', `${LINE}\n${LINE.slice(0, 40)}`)
  utimesSync(old, 1, 1)
  const path = folder.write('a.log', `${LINE.slice(40)}\n${LINE}\n`)
  const { counts, positions } = await loadAll([folder.path], { isFollowed: true })
  expect(counts).toMatchObject({ pieces: 3, requests: 3 })
  expect(positions.get(path)).toBe(2 * LINE.length - 40 + 2)
})

test('a log that is loaded and then followed counts each line once, also one that was half written', async () => {
  const path = folder.write('a.log', `\ufeff${LINE}\n${LINE.slice(0, 40)}`)
  const store = await openStore()
  const abort = new AbortController()
  try {
    const { positions } = await load(store, [path], { isFollowed: true })
    appendFileSync(path, `${LINE.slice(40)}\n${LINE}\n`)
    const counts = noCounts()
    const onAdded = () => {
      if (counts.pieces >= 2) abort.abort()
    }
    await followInto(store, [path], { from: positions, counts, onAdded, signal: abort.signal })
    expect(counts).toEqual({ pieces: 2, requests: 2, labelled: 0, rejected: 0, blank: 0 })
    expect(await store.query('SELECT count(*) AS n FROM requests')).toEqual([{ n: 3 }])
  } finally {
    await store.close()
  }
})

test('a file that two paths lead to is loaded once and followed once', async () => {
  const path = folder.write('a.log', `${LINE}\n`)
  linkSync(path, join(folder.path, 'b.log'))
  const store = await openStore()
  const abort = new AbortController()
  try {
    const { positions } = await load(store, [folder.path], { isFollowed: true })
    appendFileSync(path, `${LINE}\n${LINE}\n`)
    const counts = noCounts()
    const onAdded = () => {
      if (counts.pieces >= 2) abort.abort()
    }
    await followInto(store, [folder.path], { from: positions, counts, onAdded, signal: abort.signal })
    expect(await store.query('SELECT count(*) AS n FROM requests')).toEqual([{ n: 3 }])
  } finally {
    await store.close()
  }
})
