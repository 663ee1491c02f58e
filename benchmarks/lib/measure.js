import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const TICK_MS = 1

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')

/**
 * Gives so many records to `emit`: so many a second, in ticks of a millisecond, or (Infinity) all in one tick.
 * @param settled resolves with the time (`performance.now()`) at which the last of them had left
 * @returns CPU in µs a record (user and system, all threads, until they have left), the longest stall of
 * the event loop in ms, records a second until the last had left, and the highest RSS of the process so far in MB
 */
export async function measure({ rate, records }, source, emit, settled) {
  collectGarbage() // that of another load is not this one's
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await sleep(20)
  delay.reset()
  await sleep(5) // it needs one interval to start from
  const before = process.cpuUsage()
  const start = performance.now()
  for (let done = 0; done < records; ) {
    const due = Math.min(records, Math.ceil(((performance.now() - start + TICK_MS) * rate) / 1_000))
    source.tick()
    for (; done < due; done++) emit(source.next())
    if (done < records) await sleep(TICK_MS)
  }
  const end = await settled()
  await sleep(2) // a stall counts when it is over
  const { user, system } = process.cpuUsage(before)
  delay.disable()
  return {
    cpu: (user + system) / records,
    stall: delay.max / 1e6,
    perSecond: (1_000 * records) / (end - start),
    rss: process.resourceUsage().maxRSS / 1_024,
  }
}
