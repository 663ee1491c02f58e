import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { recordFormat, sizedRecordFormat } from '../src/handler/format.js'
import { footprintLine } from '../src/record/footprint-line.js'
import { toJson } from '../src/record/json.js'
import type { ActionLogRecord, Footprint } from '../src/record/record.js'

const footprint: Footprint = {
  time: '2026-01-02T03:04:05.678Z',
  label_name: 'footprint',
  request_id: 'r-1',
  method: 'GET',
  url: '/posts?x=1',
  view_name: 'GET /posts/:id',
  status_code: 200,
  user: null,
  remote_ip: '::1',
  user_agent: 'curl/8',
  sql_count: 1,
  sql_time: 1.5,
  node_time: 2.25,
  total_time: 3.75,
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heapUsed(): number {
  collect()
  return process.memoryUsage().heapUsed
}

const odd = fc.constantFrom('"', '\\', '\n', '\u007f', '\u0085', 'ü', '\u2028', '\ud800', '😀', '')
const text = fc.oneof(fc.string(), odd, fc.string({ maxLength: 400 }))
const number = fc.oneof(
  fc.nat({ max: 100_000_000 }).map((n) => n / 1_000),
  fc.double(),
  fc.constantFrom(0, -0, 1e-7, 1e9, 999_999_999.999, 1e21, 0.0005, Number.NaN, -1, 2 ** 53),
)
const anything = fc.oneof(text, number, fc.constantFrom(null, undefined, true), fc.anything())
const changes = fc.dictionary(
  fc.oneof(
    fc.constantFrom(...Object.keys(footprint), 'head_time', 'sql_slowest', 'trace_id', 'aborted'),
    fc.string(),
  ),
  anything,
  { maxKeys: 4, noNullPrototype: true },
)

describe('footprintLine', () => {
  it('writes the same bytes as the general way, and only ASCII', () => {
    let fast = 0
    fc.assert(
      fc.property(
        changes,
        text,
        number,
        number,
        fc.integer({ min: 0, max: 4_000 }),
        (changed, url, sql, total, max) => {
          const records = [
            { ...footprint, url, user: url, sql_time: sql, total_time: total },
            { ...footprint, head_time: total, sql_slowest: url, sql_slowest_time: sql },
            { ...footprint, ...changed },
            { ...changed, ...footprint },
          ] as ActionLogRecord[]
          for (const record of records) {
            const line = footprintLine(record, max)
            if (line === undefined) continue
            fast++
            expect(line).toBe(`${toJson(record, max)}\n`)
            expect(Buffer.byteLength(line)).toBe(line.length)
          }
        },
      ),
      { numRuns: 1_000 },
    )
    expect(fast).toBeGreaterThan(500)
  })

  it('takes ordinary footprints, also with the head time, the slowest statement and the trace', () => {
    for (const record of [
      footprint,
      { ...footprint, user: 'alice', user_agent: null, head_time: 0.125 },
      {
        ...footprint,
        head_time: 3,
        sql_slowest: 'SELECT ?',
        sql_slowest_time: 1.5,
        trace_id: 'a1',
        span_id: 'b2',
      },
    ]) {
      expect(footprintLine(record)).toBe(`${JSON.stringify(record)}\n`)
    }
  })

  it('leaves all other records to the general way', () => {
    for (const record of [
      { ...footprint, url: '/"' },
      { ...footprint, user: 'ü' },
      { ...footprint, extra: {} },
      { ...footprint, aborted: true },
      { ...footprint, status_code: '200' },
      { ...footprint, user: undefined },
      { ...footprint, label_name: 'mine' },
      { label_name: 'footprint' },
      Object.assign(Object.create({ toJSON: () => 1 }), footprint),
      null,
    ]) {
      expect(footprintLine(record as ActionLogRecord)).toBeUndefined()
    }
  })
})

describe('sizedRecordFormat', () => {
  it.each<[string, 'json' | 'text', (part: string) => object]>([
    ['a footprint', 'json', (url) => ({ ...footprint, url })],
    ['a footprint', 'text', (url) => ({ ...footprint, url })],
    ['a flat record', 'json', (part) => ({ time: 0, part })],
    ['a nested record', 'json', (part) => ({ time: 0, nested: { part } })],
    ['a name', 'json', (part) => ({ time: 0, nested: { [part]: 1 } })],
    ['a text that is cut', 'json', (part) => ({ time: 0, part: part.repeat(100) })],
  ])('keeps nothing of the texts that the parts of a record were cut from: %s as %s', (_, format, make) => {
    const write = sizedRecordFormat(format, false, 2_000)
    const before = heapUsed()
    const held = Array.from({ length: 50 }, () => {
      const long = Buffer.alloc(500_000, 'x').toString('latin1')
      return write(make(long.slice(0, 50)) as ActionLogRecord)
    })
    expect(heapUsed() - before).toBeLessThan(10_000_000)
    expect(held).toHaveLength(50)
  })

  it('gives the text of recordFormat, and its bytes', () => {
    for (const format of ['json', 'text'] as const)
      for (const record of [footprint, { ...footprint, user: 'ü' }, { time: 0, text: 'a\n' }]) {
        const { text: written, bytes } = sizedRecordFormat(format)(record)
        expect(written).toBe(recordFormat(format)(record))
        expect(bytes).toBe(Buffer.byteLength(written))
      }
  })
})
