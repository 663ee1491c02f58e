import { parseBytes, parseDuration, parseLimit } from '../../src/options/amounts.js'
import { parseOptions } from '../../src/options/options.js'
import { scopeOf } from '../../src/options/scope-options.js'
import { REPORT_OPTIONS } from '../../src/report/report-options.js'
import { TAIL_OPTIONS } from '../../src/tail/tail-options.js'

const parse = (...args: string[]): ReturnType<typeof parseOptions<typeof REPORT_OPTIONS>> =>
  parseOptions('report', args, REPORT_OPTIONS)

test('options may stand before and after the files', () => {
  expect(parse('--json', 'a.log', '--view', 'GET /', 'b.log', '--view=POST /')).toEqual({
    values: { json: true, view: ['GET /', 'POST /'] },
    positionals: ['a.log', 'b.log'],
  })
})

test('a value may begin with a minus', () => {
  expect(parse('--since', '-3h', 'a.log')).toEqual({ values: { since: '-3h' }, positionals: ['a.log'] })
})

test('a time among the files may begin with a minus', () => {
  expect(parse('compare', '-6h..-3h', '-1.5d..', 'a.log').positionals).toEqual([
    'compare',
    '-6h..-3h',
    '-1.5d..',
    'a.log',
  ])
  expect(() => parse('-20', 'a.log')).toThrow('there is no option -2')
})

test('the value of a short option may stand apart', () => {
  const parseTail = (...args: string[]): unknown => parseOptions('tail', args, TAIL_OPTIONS).values
  expect(parseTail('-n', '5', 'a.log')).toEqual({ lines: '5' })
  expect(parseTail('-n5', 'a.log')).toEqual({ lines: '5' })
  expect(() => parseTail('-n')).toThrow('-n needs a value: -n N|all')
})

test('after -- everything is a file', () => {
  expect(parse('--', '--json').positionals).toEqual(['--json'])
})

test('all mistakes are listed at once, with what was probably meant', () => {
  const wrong = (): unknown =>
    parse('--vew', 'x', '--json=yes', '--limit', '--since=', '--tz', 'UTC', '--tz', 'UTC')
  expect(wrong).toThrow('there is no option --vew; did you mean --view?')
  expect(wrong).toThrow('--json takes no value, got "yes"')
  expect(wrong).toThrow('--limit needs a value: --limit N')
  expect(wrong).toThrow('--since needs a value: --since TIME')
  expect(wrong).toThrow('--tz may be given only once')
  expect(wrong).toThrow('See `actionlog report --help`.')
})

test('the scope has what the options choose, and nothing else', () => {
  const now = Date.parse('2026-11-26T12:00:00Z')
  expect(scopeOf({ tz: 'UTC' }, now)).toEqual({ timeZone: 'UTC' })
  expect(
    scopeOf(
      {
        tz: 'UTC',
        since: 'yesterday',
        until: 'yesterday',
        status: ['404,5xx'],
        method: ['get'],
        bots: 'only',
      },
      now,
    ),
  ).toEqual({
    timeZone: 'UTC',
    from: Date.parse('2026-11-25T00:00:00Z'),
    until: Date.parse('2026-11-26T00:00:00Z'),
    status: ['404', '5xx'],
    method: ['GET'],
    bots: 'only',
  })
})

test('an empty range and an unknown word are errors', () => {
  expect(() => scopeOf({ tz: 'UTC', since: '2026-11-22', until: '2026-11-21' }, 0)).toThrow(
    '--since 2026-11-22 is not before --until 2026-11-21',
  )
  expect(() => scopeOf({ bots: 'exlude' }, 0)).toThrow(
    '--bots must be include, exclude or only; got "exlude"; did you mean exclude?',
  )
})

test('amounts have units', () => {
  expect(parseDuration('--slow', '1.5s')).toBe(1_500)
  expect(parseDuration('--slow', '200')).toBe(200)
  expect(parseBytes('--memory-limit', '512MB')).toBe(512e6)
  expect(parseLimit('--limit', '20')).toBe(20)
  expect(() => parseLimit('--limit', '0')).toThrow('--limit must be a whole number above 0; got "0"')
  expect(() => parseDuration('--above', 'fast')).toThrow('--above must be a duration such as 500ms or 1.5s')
  expect(() => parseBytes('--memory-limit', 'much')).toThrow('--memory-limit must be a size')
})
