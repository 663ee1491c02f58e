import {
  appendFileSync,
  copyFileSync,
  linkSync,
  renameSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
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
  expect(followed.positions.get(path)?.offset).toBe(LINE.length + 1)
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
    expect(positions.get(path)?.offset, JSON.stringify(text)).toBe(Buffer.byteLength(text))
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
  expect(positions.get(path)?.offset).toBe(2 * LINE.length - 40 + 2)
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
    await followInto(store, [path], {
      load: async () => positions.values(),
      counts,
      onAdded,
      signal: abort.signal,
    })
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
    await followInto(store, [folder.path], {
      load: async () => positions.values(),
      counts,
      onAdded,
      signal: abort.signal,
    })
    expect(await store.query('SELECT count(*) AS n FROM requests')).toEqual([{ n: 3 }])
  } finally {
    await store.close()
  }
})

/** Numbered lines, so many that they are read in several pieces. */
function numbered(from: number, count: number): string {
  let text = ''
  for (let i = from; i < from + count; i++)
    text += `${JSON.stringify(footprint({ request_id: `r${i}`, user_agent: 'x'.repeat(2_500) }))}\n`
  return text
}

interface Rotation {
  readonly rotate: (path: string) => void
  /** How many lines there are behind the first 5,000. */
  readonly more: number
}

const ROTATIONS: Record<string, Rotation> = {
  'by rename': {
    rotate(path) {
      appendFileSync(path, numbered(5_000, 50))
      renameSync(path, `${path}.1`)
      writeFileSync(path, numbered(5_050, 30))
    },
    more: 80,
  },
  'by rename, twice': {
    rotate(path) {
      appendFileSync(path, numbered(5_000, 50))
      renameSync(path, `${path}.1`)
      writeFileSync(path, numbered(5_050, 6_250))
      renameSync(`${path}.1`, `${path}.2`)
      renameSync(path, `${path}.1`)
      writeFileSync(path, numbered(11_300, 10))
    },
    more: 6_310,
  },
  'by rename, and a larger file comes': {
    rotate(path) {
      renameSync(path, `${path}.1`)
      writeFileSync(path, numbered(5_000, 7_500))
    },
    more: 7_500,
  },
  'by copytruncate': {
    rotate(path) {
      appendFileSync(path, numbered(5_000, 50))
      copyFileSync(path, `${path}.1`)
      truncateSync(path)
      appendFileSync(path, numbered(5_050, 30))
    },
    more: 80,
  },
}

/** How many records are loaded by then: 5,000 of an older file, and 5,000 of the log. */
const MOMENTS: Record<string, number> = {
  'before the file is read': 1_250,
  'while it is read': 6_250,
  'when it was read': 10_000,
}

for (const [how, { rotate, more }] of Object.entries(ROTATIONS))
  for (const at of [...Object.keys(MOMENTS), 'before it is followed'])
    test(`a log that is rotated while it is loaded loses no line and counts none twice: ${how}, ${at}`, async () => {
      const older = folder.write('a.log.5', numbered(-5_000, 5_000))
      utimesSync(older, 1, 1)
      const path = folder.write('a.log', numbered(0, 5_000))
      const store = await openStore()
      const abort = new AbortController()
      let isRotated = false
      const onProgress = ({ requests }: { requests: number }) => {
        const when: number | undefined = MOMENTS[at]
        if (isRotated || when === undefined || requests < when) return
        isRotated = true
        rotate(path)
      }
      try {
        const loadAndRotate = async () => {
          const { positions } = await load(store, [folder.path], { isFollowed: true, onProgress })
          if (at === 'before it is followed') rotate(path)
          else expect(isRotated).toBe(true)
          return positions.values()
        }
        const counts = noCounts()
        const onAdded = async () => {
          const [row] = await store.query<{ n: number }>('SELECT count(*) AS n FROM requests')
          if ((row?.n ?? 0) >= 10_000 + more) abort.abort()
        }
        await followInto(store, [folder.path], { load: loadAndRotate, counts, onAdded, signal: abort.signal })
        const [row] = await store.query(
          'SELECT count(*) AS rows, count(DISTINCT request_id) AS requests FROM requests',
        )
        expect(row).toEqual({ rows: 10_000 + more, requests: 10_000 + more })
      } finally {
        await store.close()
      }
    })
