// One client of fluentd: emits footprints on request, and reports what that cost.
import { setTimeout as sleep } from 'node:timers/promises'
import { footprints } from '../lib/footprints.js'
import { measure } from '../lib/measure.js'
import { quantile } from '../lib/quantile.js'
import { fluentdClients } from './clients.js'
import { tallyOf } from './server.js'

const GIVE_UP_MS = 5_000 // without another record at the server: they are lost

const [name, server] = process.argv.slice(2)
const settings = JSON.parse(server)
const { emit, acked } = await fluentdClients[name](settings)
const tally = tallyOf(settings.folder, `${settings.tag}.footprint`)
const source = footprints()

/** Resolves when the server has all, and the client its acks, with the time of that. */
async function settled() {
  if (!acked) return performance.now()
  let seen = 0
  let last = performance.now()
  while (seen < source.made || !(await acked())) {
    const { first } = tally()
    if (first > seen) last = performance.now()
    else if (performance.now() - last > GIVE_UP_MS) break
    seen = first
    await sleep(5)
  }
  return last
}

/** Notes how long each call takes. */
function timed(times) {
  return (record) => {
    const start = performance.now()
    emit(record)
    times.push((performance.now() - start) * 1_000)
  }
}

process.on('message', async ({ isTimed, ...load }) => {
  const times = []
  const figures = await measure(load, source, isTimed ? timed(times) : emit, settled)
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length
  process.send({ ...figures, ...(isTimed && { mean, median: quantile(times, 0.5) }), made: source.made })
})
process.on('disconnect', () => process.exit())
process.send('ready')
