// Gives 5,000 records of 1 kB a second to one handler and watches the event loop.
import { existsSync, readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { footprints } from '../lib/footprints.js'
import { pauseCases } from './pause-cases.js'

const PER_MS = 5
const SCHEDSTAT = '/proc/thread-self/schedstat' // Linux: its first number is the thread's CPU time in ns
const hasCpuTime = existsSync(SCHEDSTAT)
const PADDING = 'x'.repeat(500) // a footprint has the other half of the kilobyte

const [name, folder] = process.argv.slice(2)
const { start, label } = pauseCases[name]
const sink = await start(folder)
const source = footprints()

process.on('message', async (seconds) => {
  await emitFor(1_000) // the first second is the compiler's
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const cpu = await emitFor(seconds * 1_000)
  delay.disable()
  process.send({ longest: delay.max / 1e6, p999: delay.percentile(99.9) / 1e6, cpu })
})
process.on('disconnect', () => process.exit())
process.send('ready')

/** Resolves with the most CPU time, in ms, that the thread used from one turn of the loop to the next. */
async function emitFor(ms) {
  const begun = performance.now()
  let most = 0
  let before = cpuTime()
  for (let done = 0; performance.now() - begun < ms; await sleep(1)) {
    source.tick()
    const due = PER_MS * (performance.now() - begun)
    for (; done < due; done++) {
      const record = { ...source.next(), extra: { padding: PADDING } }
      if (label) record.label_name = label(done)
      sink.emit(record)
    }
    const after = cpuTime()
    most = Math.max(most, after - before)
    before = after
  }
  return most
}

function cpuTime() {
  return hasCpuTime ? Number(readFileSync(SCHEDSTAT, 'latin1').split(' ')[0]) / 1e6 : Number.NaN
}
