import { cutToWidth, fit, widthOf } from '../../src/terminal/fit.js'
import { inert, inertLines } from '../../src/terminal/inert.js'
import { paintNothing } from '../../src/terminal/paint.js'
import { narrow, sparkline } from '../../src/terminal/sparkline.js'
import { tableLines } from '../../src/terminal/table.js'
import { formatBytes, formatCount, formatMs, formatShare, formatSpan } from '../../src/terminal/units.js'

const plain = (text: string) => ({ text, tone: 'plain' as const })

test('wide characters and emoji take two columns', () => {
  expect(widthOf('日本語')).toBe(6)
  expect(fit('日本語', 5)).toBe('日本…')
  expect(fit('日本語', 4)).toBe('日… ')
  expect(fit('👩‍👩‍👧', 4)).toBe('👩‍👩‍👧  ')
  expect(fit('ab', 4, 'right')).toBe('  ab')
  expect(cutToWidth('abc', 0)).toBe('')
})

test('columns go in their order of importance until the table fits', () => {
  const columns = [
    { title: 'view', align: 'left' as const, min: 8, keep: 9 },
    { title: 'requests', align: 'right' as const, keep: 9 },
    { title: 'p99', align: 'right' as const, keep: 1 },
  ]
  const rows = [[plain('GET /a/very/long/route'), plain('12,310'), plain('1.84 s')]]
  expect(tableLines(columns, rows, 60, paintNothing)).toEqual([
    'view                    requests     p99',
    'GET /a/very/long/route    12,310  1.84 s',
  ])
  expect(tableLines(columns, rows, 30, paintNothing)).toEqual([
    'view          requests     p99',
    'GET /a/very…    12,310  1.84 s',
  ])
  expect(tableLines(columns, rows, 20, paintNothing)[0]).toBe('view        requests')
})

test('nothing reaches the terminal that could move the cursor, start a line or reorder text', () => {
  expect(inert('a\u001b[31mb\nc\u009bd\u202ee\u2066f\u200bg\u{e0041}h\ud800i')).toBe(
    'a\\u001b[31mb\\u000ac\\u009bd\\u202ee\\u2066f\\u200bg\\udb40\\udc41h\\ud800i',
  )
  expect(inert('日本 👩‍👩‍👧 é')).toBe('日本 👩‍👩‍👧 é')
})

test('inert JSON means the same', () => {
  const value = { text: 'a\u009bb\u202e\u{e0041}' }
  const json = inertLines(JSON.stringify(value, null, 2))
  expect(json).toMatch(/^[\n -~]*$/)
  expect(JSON.parse(json)).toEqual(value)
})

test('numbers have three digits and their unit', () => {
  expect(
    [0, 0.4231, 8.459, 9.996, 99.96, 412.4, 999.4, 999.6, 59_980, 65_000, 4_356_000, 200_000_000].map(
      formatMs,
    ),
  ).toEqual([
    '0.00 ms',
    '0.42 ms',
    '8.46 ms',
    '10.0 ms',
    '100 ms',
    '412 ms',
    '999 ms',
    '1.00 s',
    '1.00 min',
    '1.08 min',
    '1.21 h',
    '2.31 d',
  ])
  expect([0, 0.00001, 0.0061, 0.0244, 0.43, 0.999, 1].map(formatShare)).toEqual([
    '0%',
    '<0.01%',
    '0.61%',
    '2.4%',
    '43%',
    '99.9%',
    '100%',
  ])
  expect([0, 12_310, 4.231].map(formatCount)).toEqual(['0', '12,310', '4.23'])
  expect([0, 999, 438_000_000].map(formatBytes)).toEqual(['0 B', '999 B', '438 MB'])
})

test('a length of time that is round is written so', () => {
  expect([900_000, 5_400_000, 43_187_000, 172_800_000].map(formatSpan)).toEqual([
    '15 min',
    '1.5 h',
    '12 h',
    '2 d',
  ])
})

test('a sparkline goes from 0 to the largest value and leaves gaps', () => {
  expect(sparkline([0, 1, null, 4, 8])).toBe('▁▂ ▅█')
  expect(sparkline([])).toBe('')
  expect(narrow([1, 3, null, null, 5, null], 3)).toEqual([2, null, 5])
})
