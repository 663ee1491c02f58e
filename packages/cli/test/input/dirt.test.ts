import { gzipSync } from 'node:zlib'
import type { Footprint } from '@actionlog/core'
import { toEcs, toOtel } from '@actionlog/core/shapes'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { footprint } from '../footprint.js'
import { runCli } from '../run-cli.js'
import { loadAll, logFolder } from './loaded-log.js'

const FOOTPRINT = footprint()
const JSON_LINE = JSON.stringify(FOOTPRINT)
const counts = (more: object) => {
  const all = { requests: 0, labelled: 0, rejected: 0, blank: 0, ...more }
  return { ...all, pieces: all.requests + all.labelled + all.rejected + all.blank }
}

let folder: ReturnType<typeof logFolder>
let files = 0
beforeAll(() => {
  folder = logFolder()
})
afterAll(() => folder.remove())
const loadText = (content: string | Buffer, options = {}) =>
  loadAll([folder.write(`${files++}.log`, content)], options)

const FIELDS = {
  request_id: 'r1',
  view_name: 'GET /posts/:id',
  total_time: 3.75,
  time: Date.parse('2026-11-26T09:00:00.250Z'),
}

const ODD = 'stands for the odd value'

/** Copies of an object, each with the odd value in another place. */
function eachWith(odd: unknown, object: object): object[] {
  return Object.entries(object).flatMap(([name, value]) => [
    { ...object, [name]: odd },
    ...(typeof value === 'object' && value !== null && !Array.isArray(value)
      ? eachWith(odd, value).map((inner) => ({ ...object, [name]: inner }))
      : []),
  ])
}

describe('each kind of dirt', () => {
  test('NUL bytes are stripped and the record behind them is kept', async () => {
    const { counts: found, requests, notices } = await loadText(`${JSON_LINE}\n\0\0\0\0${JSON_LINE}\n`)
    expect(found).toEqual(counts({ requests: 2 }))
    expect(requests[1]).toMatchObject(FIELDS)
    expect(notices.nulBytes).toBe(1)
  })

  test('two records on one line are both read, also with a comma or a space between them', async () => {
    for (const between of ['', ' ', ', '])
      expect((await loadText(`${JSON_LINE}${between}${JSON_LINE}\n`)).counts).toEqual(counts({ requests: 2 }))
  })

  test('text around records is rejected with its place, and the records are kept', async () => {
    const { counts: found, rejected } = await loadText(
      `Server started\n${JSON_LINE} tail\noops ${JSON_LINE}\n\n`,
    )
    expect(found).toEqual(counts({ requests: 2, rejected: 3, blank: 1 }))
    expect(rejected).toMatchObject([
      { byte_offset: 0, line: 1, reason: 'is no JSON', text: 'Server started' },
      { byte_offset: 15, line: 2, reason: 'is text after a record', text: 'tail' },
      { line: 3, reason: 'is text before a record', text: 'oops' },
    ])
  })

  test('half a character becomes U+FFFD, wherever it stands', async () => {
    const { requests, actions } = await loadText(
      `${JSON_LINE.replace('GET /posts/:id', '\\ud800x')}\n{"time":"2026-11-26T09:00:00.250Z","a":{"b":["\\uDFFF"]}}\n`,
    )
    expect(requests[0]?.view_name).toBe('\ufffdx')
    expect(actions[0]).toMatchObject({ a: { b: ['\ufffd'] } })
  })

  test('invalid UTF-8 becomes U+FFFD, and valid text beside it stays', async () => {
    const bad = Buffer.from(JSON_LINE.replace('r1', 'é?'))
    bad[bad.indexOf('?')] = 0xff
    const {
      counts: found,
      requests,
      notices,
    } = await loadText(Buffer.concat([bad, Buffer.from(`\n${JSON_LINE.replace('r1', '日本')}\n`)]))
    expect(found).toEqual(counts({ requests: 2 }))
    expect(requests.map(({ request_id }) => request_id)).toEqual(['é\ufffd', '日本'])
    expect(notices.notUtf8).toBe(1)
  })

  test.each([
    ['NaN', `${JSON_LINE.slice(0, -1)},"x":NaN}`],
    ['Infinity in a column', JSON_LINE.replace('3.75', '-Infinity')],
    ['a trailing comma', `${JSON_LINE.slice(0, -1)},}`],
    ['a nested trailing comma', `${JSON_LINE.slice(0, -1)},"extra":{"a":[1,]}}`],
    ['single quotes', "{'time':'2026-11-26T09:00:00.250Z'}"],
    ['a comment', `${JSON_LINE.slice(0, -1)}/* x */}`],
    ['a leading zero', JSON_LINE.replace('3.75', '03.75')],
    ['a raw control character', JSON_LINE.replace('r1', 'r\t1')],
    ['an invalid escape', JSON_LINE.replace('r1', 'r\\x1')],
    ['a list', `[${JSON_LINE}]`.replace('{', '[').replace('}', ']')],
    ['a number', '42'],
    ['a text', '"text"'],
    ['null', 'null'],
    ['a record without time', '{"label_name":"footprint","total_time":1}'],
    ['a time that is none', JSON_LINE.replace('2026-11-26T09', '2026-13-26T09')],
    ['the 30th of February', JSON_LINE.replace('2026-11-26T09', '2026-02-30T09')],
  ])('%s is rejected', async (_, line) => {
    const { counts: found, requests } = await loadText(`${line}\n${JSON_LINE}\n`)
    expect(found).toEqual(counts({ requests: 1, rejected: 1 }))
    expect(requests[0]).toMatchObject(FIELDS)
  })

  test.each([
    ['seconds', 1795683600.25],
    ['milliseconds', 1795683600250],
    ['milliseconds as text', '"1795683600250"'],
    ['nanoseconds', 1795683600250000000],
    ['a decimal comma', '"2026-11-26T09:00:00,250Z"'],
    ['an offset', '"2026-11-26T18:00:00.250+09:00"'],
    ['an offset without colon', '"2026-11-26T03:30:00.250-0530"'],
    ['microseconds', '"2026-11-26T09:00:00.250999Z"'],
    ['second 60', '"2026-11-26T08:59:60.250Z"'],
    ['spaces', '" 2026-11-26 09:00:00.250Z "'],
  ])('a time as %s is read', async (_, time) => {
    const { requests, assumedZone } = await loadText(
      `${JSON_LINE.replace('"2026-11-26T09:00:00.250Z"', String(time))}\n`,
    )
    expect(requests[0]).toMatchObject(FIELDS)
    expect(assumedZone).toBeUndefined()
  })

  test('a year before 100 is that year', async () => {
    const { requests } = await loadText(`${JSON_LINE.replace('2026-11-26', '0099-11-26')}\n`)
    expect(requests[0]?.time).toBe(Date.parse('0099-11-26T09:00:00.250Z'))
  })

  test('a text that is neither true nor false is no answer to whether it was aborted', async () => {
    const { requests } = await loadText(
      ['constructor', '__proto__', 'yes', 'TRUE', 'false']
        .map((aborted) => `${JSON.stringify(footprint({ aborted }))}\n`)
        .join(''),
    )
    expect(requests.map(({ aborted }) => aborted)).toEqual([null, null, null, true, false])
  })

  test('a time without a zone is in the assumed one, which is reported', async () => {
    const line = JSON_LINE.replace('09:00:00.250Z', '18:00:00.250')
    const { requests, assumedZone, notices } = await loadText(`${line}\n`, { assumedZone: 'Asia/Tokyo' })
    expect(requests[0]).toMatchObject(FIELDS)
    expect([assumedZone, notices.assumedZone]).toEqual(['Asia/Tokyo', 1])
  })

  test('records of Docker, Kubernetes and journald are unwrapped, and partial lines joined', async () => {
    const half = JSON_LINE.length / 2
    const docker = (log: string) =>
      JSON.stringify({ log, stream: 'stdout', time: '2026-01-01T00:00:00.000000000Z' })
    const cri = (flag: string, text: string) => `2026-01-01T00:00:00.000000000+09:00 stdout ${flag} ${text}`
    const { counts: found, requests } = await loadText(
      [
        docker(`${JSON_LINE}\n`),
        docker(JSON_LINE.slice(0, half)),
        docker(`${JSON_LINE.slice(half)}\n`),
        cri('F', JSON_LINE),
        cri('P', JSON_LINE.slice(0, half)),
        cri('F', JSON_LINE.slice(half)),
        JSON.stringify({ __REALTIME_TIMESTAMP: '1795683600250000', MESSAGE: JSON_LINE }),
        `Nov 26 09:00:00 host app[123]: ${JSON_LINE}`,
        `web-1  | ${JSON_LINE}`,
        docker('\n'),
        '',
      ].join('\n'),
    )
    expect(found).toEqual(counts({ requests: 7, blank: 1 }))
    for (const request of requests) expect(request).toMatchObject(FIELDS)
  })

  test('a line split by a rotation is one record', async () => {
    const split = logFolder()
    const old = split.write('a.log.1', `${JSON_LINE}\n${JSON_LINE.slice(0, 100)}`)
    await new Promise((resolve) => setTimeout(resolve, 20)) // the next file must be the younger one
    const young = split.write('a.log', `${JSON_LINE.slice(100)}\n${JSON_LINE}\n`)
    const { counts: found, requests } = await loadAll([young, old])
    expect(found).toEqual(counts({ requests: 3 }))
    expect(requests[1]).toMatchObject(FIELDS)
    split.remove()
  })

  test('a last line without newline counts if it is whole, and is rejected if it is cut', async () => {
    expect((await loadText(`${JSON_LINE}\n${JSON_LINE}`)).counts).toEqual(counts({ requests: 2 }))
    expect((await loadText(`${JSON_LINE}\n${JSON_LINE.slice(0, 50)}`)).counts).toEqual(
      counts({ requests: 1, rejected: 1 }),
    )
  })

  test('compressed files are read, also of several members and with bytes behind; of a cut one what is whole', async () => {
    const gz = gzipSync(`${JSON_LINE}\n`)
    expect((await loadText(Buffer.concat([gz, gz]))).counts).toEqual(counts({ requests: 2 }))
    expect((await loadText(Buffer.concat([gz, Buffer.alloc(100)]))).counts).toEqual(counts({ requests: 1 }))
    const lines = Array.from(
      { length: 5_000 },
      (_, i) => `${JSON.stringify(footprint({ request_id: `${i * 7919}` }))}\n`,
    )
    const whole = gzipSync(lines.join(''))
    const { counts: found, damaged } = await loadText(whole.subarray(0, whole.length / 2))
    expect(found.requests).toBeGreaterThan(100)
    expect(damaged).toMatchObject([{ reason: 'unexpected end of file' }])
  })

  test('a line of 30 MB is a record, one over 64 MiB is rejected, and the next one is read', async () => {
    const long = (size: number) => JSON.stringify(footprint({ ex_message: 'x'.repeat(size) }))
    const {
      counts: found,
      requests,
      rejected,
    } = await loadText(`${long(30e6)}\n${long(68e6)}\n${JSON_LINE}\n`)
    expect(found).toEqual(counts({ requests: 2, rejected: 1 }))
    expect(String(requests[0]?.ex_message)).toHaveLength(30e6)
    expect(rejected).toMatchObject([{ line: 2, reason: 'is longer than 64 MiB' }])
  })

  test.each([
    ['objects whose members hide the methods of every object', '{"toString":0,"valueOf":0,"toJSON":0}'],
    ['lists in lists, 10,000 levels deep', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['objects in objects, 10,000 levels deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['half a character and NUL in a name and in a text', '{"a\\u0000\\ud800":"b\\u0000\\udfff"}'],
  ])('%s break nothing, whatever they are the value of', async (_, odd) => {
    const shapes = {
      footprint: FOOTPRINT,
      labelled: { time: FOOTPRINT.time, label_name: 'paid', request_id: 'r1', user: 'ada', a: 1 },
      ecs: toEcs(FOOTPRINT as unknown as Footprint),
      otel: toOtel(FOOTPRINT as unknown as Footprint),
      docker: { log: `${JSON_LINE}\n`, stream: 'stdout' },
      journald: { MESSAGE: JSON_LINE, __REALTIME_TIMESTAMP: '1764147600000000' },
      'journald, as bytes': {
        MESSAGE: [...Buffer.from(JSON_LINE)],
        __REALTIME_TIMESTAMP: '1764147600000000',
      },
    }
    const objects = Object.values(shapes).flatMap((shape) => eachWith(ODD, shape))
    const lines = [...objects, [ODD], { ...shapes.journald, MESSAGE: [ODD] }].map((line) =>
      JSON.stringify(line).replaceAll(JSON.stringify(ODD), odd),
    )
    const { counts: found } = await loadText(`${lines.join('\n')}\n${JSON_LINE}\n`)
    expect(found.pieces).toBe(lines.length + 1)
    expect(found.requests).toBeGreaterThan(Object.keys(FOOTPRINT).length)
    const { code, stdout } = await runCli(['tail'], lines.join('\n'))
    expect({ code, lines: stdout.split('\n').length }).toEqual({ code: 0, lines: lines.length + 1 })
  })

  test('of a field that comes twice the last wins, and names in another case are other fields', async () => {
    const { requests } = await loadText(`${JSON_LINE.slice(0, -1)},"user":"9","User":"x","":1}\n`)
    expect(requests[0]).toMatchObject({ user: '9', other: '{"User":"x","":1}' })
  })

  test('a byte order mark and Windows line ends change nothing', async () => {
    const { counts: found } = await loadText(`\ufeff${JSON_LINE}\r\n\r\n${JSON_LINE}\r\n`)
    expect(found).toEqual(counts({ requests: 2, blank: 1 }))
  })

  test('an empty file has no records', async () => {
    expect((await loadText('')).counts).toEqual(counts({}))
  })
})
