import type { Scope } from '../../src/questions/scope.js'
import { steps } from '../../src/questions/steps.js'
import { why } from '../../src/questions/why.js'
import { hasRealData, injectedFaults, realRecords } from './real-data.js'
import { storeOf } from './store-of.js'

const MINUTE = 60_000

/** Three minutes before to three minutes after. */
function around(time: number): Scope {
  return { timeZone: 'UTC', from: time - 3 * MINUTE, until: time + 3 * MINUTE }
}

// The records have few fields, and most faults returned or threw early instead of taking time. So these bounds say
// how often the questions speak of real noise: eight hours, 49 views, 28 faults.
test.runIf(hasRealData)('why and steps claim little about the noise of real records', async () => {
  const store = await storeOf(realRecords())
  const whole = await steps(store, { timeZone: 'UTC' }, { limit: 1000 })
  expect(whole.views).toBe(49)
  expect(whole.steps.length).toBeLessThanOrEqual(8)

  const { findings } = await why(store, { timeZone: 'UTC' }, { limit: 1000 })
  expect(findings.length).toBeLessThanOrEqual(5)
  expect(findings.filter(({ field }) => field !== 'hour')).toEqual([])

  const faults = injectedFaults()
  expect(faults).toHaveLength(28)
  for (const { time } of faults) expect((await why(store, around(time))).findings).toEqual([])
})
