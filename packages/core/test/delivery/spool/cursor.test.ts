import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { HEADER_BYTES, MAGIC } from '../../../src/delivery/spool/frame.js'
import { drain, openSpool, range, segmentsIn } from './fixtures/drain.js'

let folder: string
/** The path of a segment that an ended process left, what is in it, and where its frames begin. */
let path: string
let content: Buffer
let entries: { records: number; bytes: Buffer }[]
let begins: number[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'actionlog-'))
  const other = await leave(join(folder, 'other'), [{ records: 99, bytes: Buffer.from('forged') }])
  entries = [
    { records: 1, bytes: Buffer.from('0 a') },
    { records: 2, bytes: Buffer.concat([Buffer.from('1 '), MAGIC, MAGIC.subarray(0, 3), MAGIC]) },
    { records: 3, bytes: Buffer.concat([Buffer.from('2 '), readFileSync(other)]) }, // a frame in a frame
    { records: 4, bytes: Buffer.from('3 '.padEnd(100, 'ÿ')) },
    { records: 5, bytes: Buffer.from('4') },
  ]
  path = await leave(join(folder, 'spool'), entries)
  content = readFileSync(path)
  begins = entries.map((_, index) =>
    entries.slice(0, index).reduce((sum, { bytes }) => sum + HEADER_BYTES + bytes.length, 0),
  )
})
afterEach(() => rmSync(folder, { recursive: true }))

async function leave(directory: string, left: typeof entries): Promise<string> {
  const { spool } = openSpool(directory)
  for (const entry of left) await spool.append(entry)
  spool.close()
  return join(directory, segmentsIn(directory)[0] as string)
}

/** What a process gets out of the segment, if it finds `bytes` in it. */
async function deliver(bytes: Buffer): Promise<{ ids: number[]; damaged: number; adopted: number }> {
  const directory = mkdtempSync(join(folder, 'case-'))
  writeFileSync(join(directory, basename(path)), bytes)
  const { spool, reported } = openSpool(directory)
  const adopted = await spool.adopt()
  const ids: number[] = []
  let done = 0
  for (let next = await spool.next(); next; next = await spool.next()) {
    const index = entries.findIndex(({ bytes }) => bytes.equals(next?.bytes ?? Buffer.of()))
    expect(next.records).toBe(entries[index]?.records) // never a wrong one
    ids.push(index)
    done += next.records
    next.done()
  }
  spool.close()
  expect(readdirSync(directory)).toEqual([])
  expect(done + reported.dropped).toBe(adopted)
  const damaged = reported.failures.map((failure) => /^(\d+) damaged bytes skipped in /.exec(failure)?.[1])
  return { ids, adopted, damaged: damaged.reduce((sum, bytes) => sum + Number(bytes), 0) }
}

/** The entry whose frame the byte belongs to. */
function owner(position: number): number {
  return begins.findLastIndex((begin) => begin <= position)
}

describe('a segment', () => {
  it('is delivered whole', async () => {
    expect(await deliver(content)).toEqual({ ids: range(0, 5), damaged: 0, adopted: 15 })
  })

  it('truncated at any byte, still delivers all whole entries before that', async () => {
    for (let end = 0; end < content.length; end++) {
      const { ids, damaged } = await deliver(content.subarray(0, end))
      expect({ end, ids }).toEqual({ end, ids: range(0, owner(end)) })
      expect(damaged).toBe(end - (begins[owner(end)] as number))
    }
  })

  it.each([
    ['inverted', (byte: number) => byte ^ 0xff],
    ['changed in one bit', (byte: number) => byte ^ 0x10],
    ['zero', () => 0],
    ['of the mark of a done frame', () => 0xd0],
  ])('with any byte %s still delivers all other frames, in order', async (_, change) => {
    for (let position = 0; position < content.length; position++) {
      const damagedContent = Buffer.from(content)
      damagedContent[position] = change(content[position] as number)
      const { ids, damaged } = await deliver(damagedContent)
      const harmless = ids.length === entries.length
      const others = range(0, 5).filter((id) => harmless || id !== owner(position))
      expect({ position, ids }).toEqual({ position, ids: others })
      expect(damaged).toBe(harmless ? 0 : HEADER_BYTES + (entries[owner(position)]?.bytes.length as number))
    }
  })

  it('with any bytes missing delivers all other frames, except perhaps the next one', async () => {
    for (let from = 0; from < content.length; from += 5) {
      for (const length of [1, 30, 120]) {
        const to = Math.min(from + length, content.length)
        const { ids } = await deliver(Buffer.concat([content.subarray(0, from), content.subarray(to)]))
        const others = range(0, 5).filter((id) => id < owner(from) || id > owner(to - 1) + 1)
        expect({ from, length, ids }).toMatchObject({ from, length, ids: expect.arrayContaining(others) })
        expect(ids).toEqual([...new Set(ids)].toSorted())
      }
    }
  })

  it('with other bytes among its frames still delivers them all', async () => {
    const rubbishes = [
      Buffer.alloc(70_000, Buffer.concat([MAGIC, Buffer.from('xyz')])),
      ...range(16_380, 16_390).map((length) => Buffer.alloc(length)), // about as much as is read at once
    ]
    for (const [rubbish, begin] of rubbishes.flatMap((one) =>
      [...begins, content.length].map((at) => [one, at] as const),
    )) {
      const { ids, damaged } = await deliver(
        Buffer.concat([content.subarray(0, begin), rubbish, content.subarray(begin)]),
      )
      expect({ ids, damaged }).toEqual({ ids: range(0, 5), damaged: rubbish.length })
    }
  })

  it('with a length beyond its end, or of 4 GiB, is read without it', async () => {
    for (const length of [content.length, 2 ** 31, 2 ** 32 - 1]) {
      const damaged = Buffer.from(content)
      damaged.writeUInt32BE(length, 8)
      expect((await deliver(damaged)).ids).toEqual(range(1, 5))
    }
  })

  it('of zeros or of nothing delivers nothing', async () => {
    for (const length of [0, 3, 24, 100_000]) {
      expect(await deliver(Buffer.alloc(length))).toEqual({ ids: [], damaged: length, adopted: 0 })
    }
  })

  it('delivers no finished entry again, not even after SIGKILL', async () => {
    const directory = mkdtempSync(join(folder, 'case-'))
    const { spool } = openSpool(directory)
    for (const entry of entries) await spool.append(entry)
    for (const _ of range(0, 2)) (await spool.next())?.done()
    const [segment = ''] = segmentsIn(directory)
    const killed = mkdtempSync(join(folder, 'case-'))
    copyFileSync(join(directory, segment), join(killed, segment)) // as the kernel would leave it
    spool.close()
    const next = openSpool(killed)
    expect(await next.spool.adopt()).toBe(12)
    expect(await drain(next.spool)).toEqual([2, 3, 4])
    expect(next.reported).toEqual({ dropped: 0, failures: [] })
    next.spool.close()
  })

  it('with another name delivers nothing: the content of an entry can never pass for a frame', async () => {
    const name = basename(path)
    path = join(folder, `0${name.slice(1)}`)
    expect((await deliver(content)).ids).toEqual([])
  })
})
