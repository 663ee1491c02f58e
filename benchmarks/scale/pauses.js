// The longest pause of each handler at 5,000 records/s of 1 kB, beside pino: pnpm --filter benchmarks run pauses
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProcess } from '../lib/child-process.js'
import { quantile } from '../lib/quantile.js'
import { quick } from '../lib/quick.js'
import { printMachine, printTable } from '../lib/report.js'
import { pauseCases } from './pause-cases.js'

const RUNS = quick ? 1 : 5
const SECONDS = quick ? 1 : 20

const results = new Map(Object.keys(pauseCases).map((name) => [name, []]))
for (let run = 0; run < RUNS; run++) {
  for (const [name, all] of results) {
    const folder = mkdtempSync(join(tmpdir(), 'actionlog-pauses-'))
    const child = await startProcess(new URL('pause-process.js', import.meta.url), [name, folder])
    all.push(await child.ask(SECONDS))
    await child.stop()
    rmSync(folder, { recursive: true })
  }
}
printMachine()
const median = (name, figure) =>
  quantile(
    results.get(name).map((run) => run[figure]),
    0.5,
  )
printTable(
  ['handler', 'longest pause, ms', 'p99.9, ms', 'most CPU of a turn, ms'],
  [...results.keys()].map((name) => [
    name,
    median(name, 'longest').toFixed(1),
    median(name, 'p999').toFixed(1),
    median(name, 'cpu').toFixed(1),
  ]),
)
