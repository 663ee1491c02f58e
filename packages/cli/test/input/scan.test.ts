import { expect, test } from 'vitest'
import { random } from '../../../../benchmarks/cli/random.js'
import { LINE, lineEnd, scanLine } from '../../dist/input/scan/line.js'
import { footprint } from '../footprint.js'
import { loadAll, logFolder } from './loaded-log.js'

const next = random(7)
const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T
const VALUES = [
  null,
  true,
  false,
  0,
  -1.5,
  1234567890123456,
  1e21,
  1e-9,
  '',
  'x',
  'é日',
  '"\\/\b\n',
  '\u0000',
  '\ud800',
  [],
  [1, [2]],
  {},
  { a: { b: null } },
]
const NAMES = [
  'user',
  'User',
  'extra',
  'url',
  'total_time',
  'status_code',
  'foo',
  '',
  'a"b',
  'time',
  'label_name',
  'other',
  'id',
  '__proto__',
  'ex_stack',
]

function randomLine(): string {
  const record = next() < 0.7 ? footprint() : { time: '2026-11-26T09:00:00.250Z', label_name: 'x', n: 1 }
  const entries = Object.entries(record)
  for (let i = 0; i < next() * 3 - 1; i++) entries.push([pick(NAMES), pick(VALUES)])
  const members = entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
  const line = Buffer.from(`{${members.join(',')}}`)
  if (next() < 0.5) {
    if (next() < 0.5) line[Math.floor(next() * line.length)] = Math.floor(next() * 128)
    else line.copyWithin(Math.floor(next() * line.length), Math.floor(next() * line.length))
  }
  return line.toString('utf8').replaceAll('\n', ' ').replaceAll('\r', ' ')
}
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const parse = (line: string) => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

test('a line that is taken as it is, is what JSON.parse takes, and no field comes twice', () => {
  let taken = 0
  for (let i = 0; i < 20_000; i++) {
    const line = randomLine()
    const bytes = Buffer.from(`${line}\n`)
    const kind = scanLine(bytes, 0, true)
    expect(lineEnd()).toBe(bytes.length)
    if (kind === LINE.other || kind === LINE.blank) continue
    taken++
    const record = parse(line)
    expect(record, line).toBeTypeOf('object')
    expect(kind === LINE.request, line).toBe(record.label_name === 'footprint')
    expect(new Date(record.time).toISOString(), line).toBe(record.time)
  }
  expect(taken).toBeGreaterThan(2_000)
})

test('a name that only looks like a column to a hash is another field', async () => {
  const folder = logFolder()
  const names = ['usbr', 'uuer', 'urm', 'method_', 'xser', 'user\\u0020', 'USER']
  const members = names.map((name) => `"${name}":"${name}"`).join()
  const line = `${JSON.stringify(footprint()).slice(0, -1)},${members}}\n`
  const { requests } = await loadAll([folder.write('a.log', line)])
  folder.remove()
  expect(requests).toMatchObject([{ user: '7', method: 'GET', url: '/posts/1?page=2' }])
  expect(Object.keys(JSON.parse(String(requests[0]?.other)))).toHaveLength(names.length)
})

test('the store holds what JSON.parse finds, whichever way a line went', async () => {
  const folder = logFolder()
  const lines = Array.from({ length: 3_000 }, randomLine).filter((line) => {
    const record = parse(line)
    return (
      record !== undefined &&
      typeof record.time === 'string' &&
      ISO_TIME.test(record.time) &&
      !Number.isNaN(Date.parse(record.time))
    )
  })
  const { counts, requests, actions } = await loadAll([folder.write('a.log', `${lines.join('\n')}\n`)])
  folder.remove()
  const records = lines.map((line) => JSON.parse(line))
  const footprints = records.filter(({ label_name }) => label_name === 'footprint')
  expect(counts).toMatchObject({
    requests: footprints.length,
    labelled: records.length - footprints.length,
    rejected: 0,
  })
  const wellFormed = (value: unknown): unknown =>
    typeof value === 'string'
      ? value.toWellFormed().replaceAll('\0', '\ufffd')
      : typeof value === 'object' && value !== null
        ? Array.isArray(value)
          ? value.map(wellFormed)
          : Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, wellFormed(inner)]))
        : value
  const labelled = records.filter(({ label_name }) => label_name !== 'footprint')
  expect(actions).toEqual(
    labelled.map((record) => wellFormed({ ...record, time: new Date(record.time).toISOString() })),
  )
  for (const [i, record] of footprints.entries()) {
    const row = requests[i] as Record<string, unknown>
    expect(row.time).toBe(Date.parse(record.time))
    for (const name of ['user', 'url', 'request_id', 'ex_stack']) {
      const value = wellFormed(record[name])
      if (value === null || value === undefined) expect(row[name], name).toBeNull()
      else if (typeof value === 'string') expect(row[name], name).toBe(value)
    }
    if (typeof record.total_time === 'number') expect(row.total_time).toBe(record.total_time)
  }
})
