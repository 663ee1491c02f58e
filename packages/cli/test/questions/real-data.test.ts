import type { Scope } from '../../src/questions/scope.js'
import { literal } from '../../src/questions/scope.js'
import { steps } from '../../src/questions/steps.js'
import { why } from '../../src/questions/why.js'
import { type Fault, hasRealData, injectedFaults, realRecords } from './real-data.js'
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

/** Whether a fault may have been going on. */
function isNear(time: number, fault: Fault): boolean {
  return time >= fault.time - MINUTE && time <= fault.time + 5 * MINUTE
}

// Of the 28 faults 24 return early or throw: the records have no status of their own, and these requests took as long
// as others. The other four slow a processor down: 8 requests of one view, 6 of two, 2 of one and none at all.
test.runIf(hasRealData)('of 28 injected faults why names the hour of one, and steps none', async () => {
  const records = realRecords()
  const store = await storeOf(records)
  const faults = injectedFaults()
  const whole = await steps(store, { timeZone: 'UTC' }, { limit: 1000 })
  expect(whole.steps).toHaveLength(8)
  const podOf = new Map(
    records.map(({ view_name, extra }) => [String(view_name), String((extra as { pod: unknown }).pod)]),
  )
  const ownSteps = whole.steps.filter(({ view_name, time }) =>
    faults.some((fault) => fault.pod === podOf.get(view_name) && isNear(time, fault)),
  )
  expect(ownSteps).toEqual([])

  const found: string[] = []
  let others = 0
  for (const [view, pod] of podOf) {
    const own = faults.filter((fault) => fault.pod === pod)
    if (own.length === 0) continue
    const { findings } = await why(store, { timeZone: 'UTC', view: [literal(view)] }, { limit: 100 })
    for (const { field, value, effect } of findings) {
      const fault = own.find(({ time }) => new Date(time).toISOString().slice(11, 13) === value)
      if (field === 'hour' && effect > 0 && fault) found.push(`${fault.type} ${view} ${value}`)
      else others++
    }
  }
  expect(found).toEqual(['cpu_contention GET /api/v1/contactservice/contacts/{id} 13'])
  expect(others).toBe(5)
})
