// Server CPU per request over the number of routes, of bare Koa and with actionlog:
// pnpm --filter benchmarks run routes [layout…]
import { startProcess } from '../lib/child-process.js'
import { quantile } from '../lib/quantile.js'
import { namesAsked, printMachine, printTable } from '../lib/report.js'
import { takeTurns } from '../lib/turns.js'
import { load } from './load.js'
import { layouts } from './route-layouts.js'

const COUNTS = [10, 100, 1_000, 5_000]
const GENERATIONS = 2
const ROUNDS = 15
const VARIANTS = ['bare', 'actionlog']

printMachine()
const rows = []
for (const layout of namesAsked(layouts, []))
  for (const count of COUNTS) rows.push(await measure(layout, count))
printTable(['layout', 'routes', 'bare, µs', 'with actionlog, µs', 'adds, µs', 'adds, %'], rows)

/** The medians of a layout with so many routes. */
async function measure(layout, count) {
  const requests = Math.max(20, Math.round(5_000 / Math.sqrt(count))) // each of them costs more, the more there are
  const cpu = await takeTurns({
    names: VARIANTS,
    generations: GENERATIONS,
    rounds: ROUNDS,
    start: (variant) => startProcess(new URL('routes-process.js', import.meta.url), [variant, layout, count]),
    warmUp: (server) => load(server.hello, 4 * requests),
    turn: async (server) => {
      const before = await server.ask('cpu')
      await load(server.hello, requests)
      const after = await server.ask('cpu')
      return (after.user + after.system - before.user - before.system) / requests
    },
    end: (server) => server.stop(),
  })
  const [bare, logged] = VARIANTS.map((variant) => quantile(cpu.get(variant), 0.5))
  const added = quantile(
    cpu.get('actionlog').map((us, round) => us - cpu.get('bare')[round]),
    0.5,
  )
  const share = `${((added / bare) * 100).toFixed(1)}`
  return [layout, count, bare.toFixed(0), logged.toFixed(0), added.toFixed(0), share]
}
