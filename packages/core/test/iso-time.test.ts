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
})
