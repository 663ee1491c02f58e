import fc from 'fast-check'
import { isoTime } from '../src/record/iso-time.js'

describe('isoTime', () => {
  it('writes any time as Date does, in any order, also when the clock goes back', () => {
    const times = fc.array(fc.integer({ min: -2_000_000_000_000, max: 8_640_000_000_000_000 }))
    const near = fc.array(fc.integer({ min: 1_790_000_000_000, max: 1_790_000_003_000 }))
    fc.assert(
      fc.property(fc.oneof(times, near), (all) => {
        for (const ms of all) expect(isoTime(ms)).toBe(new Date(ms).toISOString())
      }),
    )
  })

  it.each([undefined, null, Number.NaN, Number.POSITIVE_INFINITY, 9e15, -9e15, 'now', 5n, {}])(
    'writes a valid time also where the clock gave %s',
    (time) => {
      const before = Date.now()
      const written = Date.parse(isoTime(time as number))
      expect(written).toBeGreaterThanOrEqual(before - 1_000)
      expect(written).toBeLessThanOrEqual(Date.now() + 1_000)
    },
  )

  it('cuts off the fraction of a millisecond', () => {
    expect(isoTime(20_000.5)).toBe('1970-01-01T00:00:20.000Z')
    expect(isoTime(-0.5)).toBe('1969-12-31T23:59:59.999Z')
  })
})
