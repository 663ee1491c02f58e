import { localTime, nextRotatedName, rotatedNameParser, stampOf } from '../src/rotation/rotated-name.js'

const zone = process.env.TZ
afterEach(() => {
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

describe('the name of a rotated file', () => {
  it('has the local time of its last line, in front of the ending', () => {
    process.env.TZ = 'Asia/Tokyo'
    const ms = Date.parse('2026-11-22T14:59:58.123Z')
    expect(nextRotatedName('/log/action.log', ms, 0).path).toBe('/log/action-2026-11-22T23-59-58.123.log')
    expect(nextRotatedName('/log/action', ms, 0).path).toBe('/log/action-2026-11-22T23-59-58.123')
  })

  it('sorts behind those that are there: at the same millisecond, and when the clock is set back in autumn', () => {
    process.env.TZ = 'Europe/Berlin'
    const names: string[] = []
    const parse = rotatedNameParser('action.log')
    const start = Date.parse('2026-10-24T23:30:00Z')
    for (let minutes = 0; minutes < 240; minutes += 10) {
      for (let twice = 0; twice < 2; twice++) {
        const newest = Math.max(0, ...names.map((name) => parse(name)?.time ?? Number.NaN))
        names.push(nextRotatedName('action.log', start + minutes * 60_000, newest).path)
      }
    }
    expect(new Set(names).size).toBe(48)
    expect(names.toSorted()).toEqual(names)
    expect(names.at(-1)).toMatch(/^action-2026-10-25T04-20-00\.001\.log$/)
  })

  it('differs from all other names, and says its time', () => {
    const stamp = stampOf(0)
    const others = [
      'action.log',
      'action-.log',
      'action-2099-99-99T00-00-00.000.log',
      `action-${stamp}.log.gz.12345678.part`,
      `other-${stamp}.log`,
    ]
    const own = [`action-${stampOf(2)}.log`, `action-${stampOf(1)}.log.gz`, `action-${stampOf(1)}.log`]
    const parse = rotatedNameParser('/log/action.log')
    expect(others.map(parse)).toEqual(others.map(() => undefined))
    expect(own.map(parse)).toEqual([
      { path: `/log/${own[0]}`, time: localTime(2), isCompressed: false },
      { path: `/log/${own[1]}`, time: localTime(1), isCompressed: true },
      { path: `/log/${own[2]}`, time: localTime(1), isCompressed: false },
    ])
  })
})
