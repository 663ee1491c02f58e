import fc from 'fast-check'
import { recordFormat } from '../src/handler/format.js'
import { describeException } from '../src/record/exception.js'
import { toPlain } from '../src/record/json.js'
import { parseText } from '../src/record/parse-text.js'
import type { ActionLogRecord } from '../src/record/record.js'
import { toText } from '../src/record/text.js'

const EVIL = [
  '\n', '\r\n', '\u2028', '\u0085', '\u001b[2J', ' ', '    ', ' : ', ':', '"', '\\', '\\n', 'at x (y.js:1:1)', '    at x', 'caused by: ',
  'user : admin', '================== Footprint Log ==================', '------------------ Action Log ------------------',
  'N+1? 9 × x', 'ex_stack', 'label_name', 'footprint', 'user', 'ü', '名前', '\u3164', '\u202e', '\ud800', '__proto__', '1', '',
] // biome-ignore format: a list to be read at a glance
const evil = fc.array(fc.constantFrom(...EVIL), { maxLength: 8 }).map((parts) => parts.join(''))
const text = fc.oneof(evil, fc.string({ unit: 'binary' }), fc.string())
const value = fc.oneof({ weight: 3, arbitrary: text }, fc.jsonValue(), fc.anything())
const fields = fc.dictionary(text, value, { maxKeys: 12 })

/** What a reader of the text is to know of a record: its texts as they are, the rest as JSON. */
function written(record: ActionLogRecord): [string, string][] {
  return Object.entries(toPlain(record)).map(([name, each]) => [
    name,
    typeof each === 'string' ? each : JSON.stringify(each),
  ])
}

/** JSON as the text has it: with the control characters that JSON leaves escaped. */
function normal([name, each]: [string, string]): [string, unknown] {
  try {
    return [name, JSON.parse(each)]
  } catch {
    return [name, each]
  }
}

function readBack(records: readonly ActionLogRecord[]): void {
  const { records: parsed, rejected } = parseText(records.map((record) => toText(record)).join(''))
  expect(rejected).toEqual([])
  expect(parsed.map((each) => Object.entries(each).map(normal))).toEqual(
    records.map((record) => written(record).map(normal)),
  )
}

describe('parseText', () => {
  it('gives the fields of every record, whatever is in names and values', () => {
    fc.assert(
      fc.property(fc.array(fields, { maxLength: 4 }), (all) => {
        readBack(all.map((each) => ({ ...each, time: 'a time' })))
      }),
      { numRuns: 1_000 },
    )
  })

  it('gives the fields of every footprint, whatever is in its exception', () => {
    const stack = fc.oneof(
      text,
      fc.array(fc.oneof(text, fc.constant('    at f (x.js:1:1)'))).map((lines) => lines.join('\n')),
    )
    fc.assert(
      fc.property(fields, text, stack, fc.nat(40), fc.boolean(), (each, message, forged, repeated, own) => {
        const error = new Error(message)
        if (!own) error.stack = forged
        readBack([
          {
            ...each,
            time: 'a time',
            label_name: 'footprint',
            sql_repeat: message,
            sql_repeat_count: repeated,
            ...describeException(error, true),
          },
          { ...each, time: 'a time', label_name: 'footprint', ex_message: message, ex_stack: forged },
        ])
      }),
      { numRuns: 1_000 },
    )
  })

  it('returns local time without milliseconds, and values that are no strings as JSON', () => {
    const record = { time: '2026-01-02T03:04:05.678Z', label_name: 'x', user: null, n: 1.5, list: ['a', 1n] }
    const [parsed] = parseText(recordFormat('text')(record)).records
    expect(parsed).toEqual({
      time: expect.stringMatching(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/),
      label_name: 'x',
      user: 'null',
      n: '1.5',
      list: '["a","1"]',
    })
  })

  it('lets no name end where it does not', () => {
    const record = {
      time: 'now',
      'user : admin  x': '1',
      'user:': '2',
      'user\u3164': '3',
      ' user': '4',
      '"user"': '5',
      '': '6',
    }
    expect(toText(record).split('\n')).toEqual([
      '------------------ Action Log ------------------',
      'time              : now',
      '"user : admin  x" : 1',
      '"user:"           : 2',
      '"user\u3164"           : 3',
      '" user"           : 4',
      '"\\"user\\""        : 5',
      '""                : 6',
      '',
      '',
    ])
    expect(parseText(toText(record)).records).toEqual([record])
  })

  it('rejects lines that belong to no whole record', () => {
    const whole = toText({ time: 'now', a: 'x' })
    const broken = '------------------ Action Log ------------------\na : x\nno field\n\n'
    const { records, rejected } = parseText(
      `noise\n\n${whole}more noise\n${broken}${whole}${whole.trimEnd()}\n`,
    )
    expect(records).toEqual([
      { time: 'now', a: 'x' },
      { time: 'now', a: 'x' },
    ])
    expect(rejected).toEqual([
      'noise',
      'more noise',
      ...broken.trimEnd().split('\n'),
      ...whole.trimEnd().split('\n'),
    ])
  })

  it('takes continuation lines in the stack of a footprint only', () => {
    const title = '================== Footprint Log =================='
    expect(parseText(`${title}\nuser : x\n    at y\n\n`).records).toEqual([])
    expect(
      parseText(`------------------ Action Log ------------------\nex_stack : x\n    at y\n\n`).records,
    ).toEqual([])
    expect(parseText(`${title}\nex_stack : x\n    at y\n    caused by: z\n\n`).records).toEqual([
      { ex_stack: 'x\n    at y\ncaused by: z' },
    ])
  })
})
