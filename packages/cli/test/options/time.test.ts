import { parseTime } from '../../src/options/time.js'
import { parseTimeZone } from '../../src/options/time-zone.js'

const NOW = Date.parse('2026-11-26T12:34:56Z') // a Thursday

function span(text: string, zone = 'UTC'): [string, string] {
  const { start, end } = parseTime(text, '--since', zone, NOW)
  return [new Date(start).toISOString(), new Date(end).toISOString()]
}

test.each([
  ['-3h', '2026-11-26T09:34:56.000Z'],
  ['-90m', '2026-11-26T11:04:56.000Z'],
  ['-30s', '2026-11-26T12:34:26.000Z'],
  ['-1.5h', '2026-11-26T11:04:56.000Z'],
  ['2d ago', '2026-11-24T12:34:56.000Z'],
  ['-1w', '2026-11-19T12:34:56.000Z'],
  ['now', '2026-11-26T12:34:56.000Z'],
  ['09:00', '2026-11-26T09:00:00.000Z'],
  ['9:05:07', '2026-11-26T09:05:07.000Z'],
  ['2026-11-22T09:00', '2026-11-22T09:00:00.000Z'],
  ['2026-11-22 09:00:30', '2026-11-22T09:00:30.000Z'],
  ['2026-11-22T09:00:30.250Z', '2026-11-22T09:00:30.250Z'],
  ['2026-11-22T09:00:30+09:00', '2026-11-22T00:00:30.000Z'],
  ['2026-11-22 09:00 -0130', '2026-11-22T10:30:00.000Z'],
])('%s is a moment', (text, time) => {
  expect(span(text)).toEqual([time, time])
})

test.each([
  ['today', '2026-11-26', '2026-11-27'],
  ['yesterday', '2026-11-25', '2026-11-26'],
  ['Thursday', '2026-11-26', '2026-11-27'],
  ['monday', '2026-11-23', '2026-11-24'],
  ['friday', '2026-11-20', '2026-11-21'],
  ['2026-11-22', '2026-11-22', '2026-11-23'],
  ['2026-02', '2026-02-01', '2026-03-01'],
  ['2026-12', '2026-12-01', '2027-01-01'],
])('%s is a whole range', (text, start, end) => {
  expect(span(text)).toEqual([`${start}T00:00:00.000Z`, `${end}T00:00:00.000Z`])
})

test('days and clock times are those of the zone', () => {
  expect(span('today', 'Asia/Tokyo')).toEqual(['2026-11-25T15:00:00.000Z', '2026-11-26T15:00:00.000Z'])
  expect(span('09:00', 'America/New_York')[0]).toBe('2026-11-26T14:00:00.000Z')
  expect(span('2026-07-01 09:00', 'Europe/Berlin')[0]).toBe('2026-07-01T07:00:00.000Z')
})

test('a day is 23 or 25 hours long where the clocks change', () => {
  expect(span('2026-03-29', 'Europe/Berlin')).toEqual([
    '2026-03-28T23:00:00.000Z',
    '2026-03-29T22:00:00.000Z',
  ])
  expect(span('2026-10-25', 'Europe/Berlin')).toEqual([
    '2026-10-24T22:00:00.000Z',
    '2026-10-25T23:00:00.000Z',
  ])
})

test('a clock time that is skipped or comes twice is one moment', () => {
  expect(span('2026-03-29 02:30', 'Europe/Berlin')[0]).toBe('2026-03-29T01:30:00.000Z')
  expect(span('2026-03-29 03:30', 'Europe/Berlin')[0]).toBe('2026-03-29T01:30:00.000Z')
  expect(span('2026-10-25 02:30', 'Europe/Berlin')[0]).toBe('2026-10-25T00:30:00.000Z')
  expect(span('2026-10-25 03:30', 'Europe/Berlin')[0]).toBe('2026-10-25T02:30:00.000Z')
})

test.each([
  '',
  'soon',
  '2026-13',
  '2026-02-30',
  '2026-02-30 10:00',
  '24:00',
  '12:60',
  '-3x',
  '3',
  '2026-11-22T9',
])('%j is an error that shows what times look like', (text) => {
  expect(() => span(text)).toThrow(`--since must be a time such as -3h, yesterday, 2026-11-22`)
  expect(() => span(text)).toThrow(`got ${JSON.stringify(text)}`)
})

test.each([
  ['Europe/Berlin', 'Europe/Berlin'],
  ['utc', 'UTC'],
  ['+09:00', 'Etc/GMT-9'],
  ['UTC-5', 'Etc/GMT+5'],
  ['+0', 'UTC'],
])('the zone %s is %s', (text, zone) => {
  expect(parseTimeZone(text)).toBe(zone)
})

test('a zone that does not exist is an error', () => {
  expect(() => parseTimeZone('Europe/Berlni')).toThrow('--tz must be a time zone such as Europe/Berlin')
  expect(() => parseTimeZone('+05:30')).toThrow('got "+05:30"')
})
