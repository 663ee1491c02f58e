import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { recordFormat } from '../src/handler/format.js'
import { describeException } from '../src/record/exception.js'
import type { ActionLogRecord } from '../src/record/record.js'
import { toText } from '../src/record/text.js'

const footprint: ActionLogRecord = {
  time: '2026-01-02T03:04:05.678Z',
  label_name: 'footprint',
  request_id: 'r-1',
  method: 'GET',
  url: '/posts?x=1',
  view_name: 'posts',
  status_code: 200,
  user: null,
  remote_ip: '::1',
  user_agent: 'curl/8',
  sql_count: 1,
  sql_time: 1.5,
  node_time: 2,
  total_time: 3.5,
}

const zone = process.env.TZ
beforeAll(() => {
  process.env.TZ = 'Asia/Tokyo'
})
afterAll(() => {
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

describe('the text format', () => {
  it("is django-actionlog's: a headline, aligned name : value lines in local time, an empty line", () => {
    expect(toText(footprint)).toBe(
      [
        '================== Footprint Log ==================',
        'time        : 2026/01/02 12:04:05',
        'label_name  : footprint',
        'request_id  : r-1',
        'method      : GET',
        'url         : /posts?x=1',
        'view_name   : posts',
        'status_code : 200',
        'user        : null',
        'remote_ip   : ::1',
        'user_agent  : curl/8',
        'sql_count   : 1',
        'sql_time    : 1.5',
        'node_time   : 2',
        'total_time  : 3.5',
        '',
        '',
      ].join('\n'),
    )
  })

  it('ends with a line that cannot be missed when a statement was repeated', () => {
    const repeated = { ...footprint, sql_repeat: 'Post.findMany', sql_repeat_count: 24 }
    expect(toText(repeated)).toMatch(/\nsql_repeat_count : 24\nN\+1\? 24 × Post\.findMany\n\n$/)
    expect(toText(repeated, true)).toContain('\u001b[1;97;41m N+1? 24 × Post.findMany \u001b[0m\n')
    expect(toText({ ...footprint, sql_repeat: 'x' })).toMatch(/\nN\+1\? \? × x\n\n$/)
    for (const odd of [null, 7, ['x']]) {
      const record = { ...footprint, sql_repeat: odd } as unknown as typeof footprint
      expect(toText(record)).not.toContain('N+1?')
    }
    expect(toText({ ...repeated, sql_repeat: 'SELECT\nforged' })).toMatch(
      /\nN\+1\? 24 × SELECT\S+forged\n\n$/,
    )
    const { label_name, ...action } = repeated
    expect(toText({ ...action, label_name: 'mine' })).not.toContain('N+1')
  })

  it("has a headline of its own for the application's records", () => {
    const text = toText({ time: '2026-01-02T03:04:05.678Z', label_name: 'hoge_save', foo: { bar: [1n] } })
    expect(text).toBe(
      [
        '------------------ Action Log ------------------',
        'time       : 2026/01/02 12:04:05',
        'label_name : hoge_save',
        'foo        : {"bar":["1"]}',
        '',
        '',
      ].join('\n'),
    )
  })

  it('leaves a time that is none as it is', () => {
    for (const time of [null, 5, '5', 'soon', { toString: 1 }, '2026-99-99T99:99:99Z']) {
      expect(toText({ time })).toContain(`time : ${typeof time === 'string' ? time : JSON.stringify(time)}\n`)
    }
  })

  it('shows the frames of a stack as indented lines below its message', () => {
    const record = {
      ...footprint,
      ex_message: 'broken',
      ex_stack: 'Error: broken\n    at a (x.js:1:1)\n    at b (y.js:2:2)',
    }
    expect(toText(record)).toContain(
      'ex_stack    : Error: broken\n    at a (x.js:1:1)\n    at b (y.js:2:2)\n\n',
    )
  })

  it('lets no client value start a line, in any field', () => {
    const evil =
      'x\nstatus_code : 200\r\n================== Footprint Log ==================\u2028user : root\u0085\u001b[2J'
    const units = fc
      .array(fc.constantFrom('\n', '\r', ' ', 'at ', 'x', ':', evil, '\u001b', '\u0085', '\u2028'))
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(units, units, units, units, (url, name, message, stack) => {
        const error = new Error(message)
        const forged = {
          ...footprint,
          url,
          user: url,
          ex_type: name,
          ex_message: message,
          ex_stack: stack + error.stack,
          extra: { [name]: url },
          [name]: url,
        }
        const own = { ...forged, ex_stack: error.stack as string }
        for (const record of [forged, own, { time: url, label_name: name, ex_stack: url }]) {
          const [title, ...lines] = toText(record as ActionLogRecord).split('\n')
          expect(title).toMatch(/^[=-]{18} (Footprint|Action) Log [=-]{18}$/)
          expect(lines.splice(-2)).toEqual(['', ''])
          const starts = lines.filter((line) => !/^ {4}at /.test(line))
          expect(starts).toHaveLength(Object.keys(record).length)
          expect(lines.join('')).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
        }
      }),
    )
  })

  it("escapes a forged ex_message in the stack too, so that only the error's own frames are lines", () => {
    const error = new Error('evil\n    at forged (f.js:1:1)\nuser : root')
    const text = toText({ ...footprint, ...describeException(error, true) })
    expect(text).toContain('ex_stack    : Error: evil\\n    at forged (f.js:1:1)\\nuser : root\n    at ')
    expect(text).not.toMatch(/^ *at forged/m)
  })

  it('takes a record with any number of fields and any length of names', () => {
    const record: ActionLogRecord = { time: 1 }
    for (let i = 0; i < 150_000; i++) record[`f${i}`] = 1
    record['n'.repeat(10_000)] = 1
    expect(toText(record)).toMatch(/^-+ Action Log -+\ntime /)
  })

  it('throws for no record', () => {
    const boom = (): never => {
      throw new Error('no')
    }
    expect(toText(new Proxy({ time: 1 }, { get: boom, ownKeys: boom }))).toContain('Action Log')
  })

  it('is coloured on demand, the value of an error in red', () => {
    const text = toText({ ...footprint, ex_type: 'TypeError' }, true)
    expect(text).toContain('\u001b[1;36m================== Footprint Log ==================\u001b[0m\n')
    expect(text).toContain('\u001b[2mex_type    \u001b[0m : \u001b[31mTypeError\u001b[0m\n')
    expect(stripVTControlCharacters(text)).toBe(toText({ ...footprint, ex_type: 'TypeError' }))
  })
})

describe('recordFormat', () => {
  it('json is a line a record', () => {
    expect(recordFormat('json')({ time: 't', text: 'a\nb' })).toBe('{"time":"t","text":"a\\nb"}\n')
  })

  it('text is plain by default', () => {
    expect(recordFormat('text')(footprint)).toBe(toText(footprint))
    expect(recordFormat('text', true)(footprint)).toBe(toText(footprint, true))
  })

  it.each(['json', 'text'] as const)(
    '%s is never longer than its limit, and still shows its label',
    (format) => {
      const name = fc.string({ maxLength: 30 }).map((text) => `_${text}`) // numbers would come first
      const value = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 3_000 }),
        fc.array(fc.string({ unit: 'grapheme', maxLength: 50 }), { maxLength: 100 }),
        fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 200 }),
      )
      fc.assert(
        fc.property(fc.dictionary(name, value), fc.integer({ min: 1_024, max: 5_000 }), (fields, max) => {
          const out = recordFormat(format, false, max)({ time: 0, label_name: 'kept', ...fields })
          expect(Buffer.byteLength(out)).toBeLessThanOrEqual(max)
          expect(out).toContain('kept')
          if (format === 'json') JSON.parse(out)
        }),
      )
    },
  )

  it('cuts nothing that fits', () => {
    const record = { time: 0, text: 'ä'.repeat(400), list: [1, 2] }
    expect(recordFormat('json', false, 1_024)(record)).toBe(recordFormat('json')(record))
  })
})

describe('a record that the setting transform made', () => {
  const fail = (): never => {
    throw new Error('no')
  }
  const revoked = Proxy.revocable({}, {})
  revoked.revoke()
  // biome-ignore format: one value after the other
  const none: [string, unknown, unknown][] = [
    ['a Date', new Date(0), '1970-01-01T00:00:00.000Z'], ['no time', new Date(Number.NaN), null], ['bytes', Buffer.from('a'), 'YQ=='],
    ['an object whose toJSON() throws', { a: 1, toJSON: fail }, '[Throws: no]'], ['a list', [1], [1]],
    ['a revoked proxy', revoked.proxy, "[Throws: Cannot perform 'IsArray' on a proxy that has been revoked]"],
    ['nothing', null, null],
  ]

  test.each(none)('is written as an object with the field record if it is %s', (_, value, record) => {
    const given = value as ActionLogRecord
    expect(JSON.parse(recordFormat('json')(given))).toEqual({ record })
    const shown = typeof record === 'string' ? record : JSON.stringify(record)
    expect(recordFormat('text')(given)).toContain(`\nrecord : ${shown}\n`)
  })

  test.each(['label_name', 'url', 'total_time'])(
    'loses only the value of %s if that cannot be read',
    (name) => {
      const record = Object.defineProperty({ ...footprint }, name, { enumerable: true, get: fail })
      expect(JSON.parse(recordFormat('json')(record))).toEqual({ ...footprint, [name]: '[Throws: no]' })
      expect(recordFormat('text')(record)).toMatch(new RegExp(`^${name} *: \\[Throws: no\\]$`, 'm'))
    },
  )
})
