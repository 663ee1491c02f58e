// What a line in a file costs, by sink: pnpm --filter benchmarks run file [sink…]
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProcess } from './child-process.js'
import { fileSinks } from './file-sinks.js'
import { idIn } from './footprints.js'
import { QUIET, takeLoads } from './loads.js'
import { namesAsked, printMachine, printTable } from './report.js'

const GENERATIONS = Number(process.env.G ?? 2)
const ROUNDS = Number(process.env.R ?? 6) // of each load
const WARM_UP = { rate: 20_000, records: 20_000 }
const LOADS = {
  '1,000/s': { rate: 1_000, records: 500 },
  '20,000/s': { rate: 20_000, records: 10_000 },
  '200,000/s': { rate: 200_000, records: 50_000 },
  burst: { rate: Number.POSITIVE_INFINITY, records: 100_000 },
}
const HANDLER = 'actionlog, file handler'
const PEERS = ["sonic-boom, actionlog's JSON", 'sonic-boom, JSON.stringify', 'pino, sync: false']

const names = namesAsked(fileSinks, ['nothing', HANDLER, ...PEERS])
const writes = (name) => fileSinks[name].length > 0 // it takes a file
const faults = new Map()
const { at, adds } = await takeLoads({
  names,
  loads: LOADS,
  generations: GENERATIONS,
  rounds: ROUNDS,
  start: startSink,
  warmUp: (sink) => sink.run(WARM_UP),
  run: (sink, load) => sink.run(load),
  end: (sink) => sink.stop(),
})
print()

/** A process with that sink, in a folder of its own; what it writes is read after each run, and taken away. */
async function startSink(name) {
  const folder = mkdtempSync(join(tmpdir(), 'actionlog-benchmark-'))
  const sink = await startProcess('file-process.js', [name, folder])
  let made = 0
  let found = 0
  const read = () => {
    const files = readdirSync(folder).filter((file) => file.startsWith('log'))
    for (const file of files.sort()) {
      const lines = readFileSync(join(folder, file), 'utf8').split('\n')
      if (lines.pop() !== '') faults.set(name, 'torn')
      for (const line of lines) if (idIn(line) !== found++) faults.set(name, 'not in order')
      truncateSync(join(folder, file))
    }
  }
  return {
    async run(load) {
      const figures = await sink.ask(load)
      made = figures.made
      read()
      return figures
    },
    async stop() {
      await sink.stop()
      read()
      if (writes(name) && found !== made) faults.set(name, `${found} of ${made}`)
      rmSync(folder, { recursive: true })
    },
  }
}

function print() {
  const loads = Object.keys(LOADS)
  const heads = [
    ...loads.map((load) => `CPU, ${load}`),
    ...loads.slice(1).map((load) => `stall, ${load}`),
    'lines/s',
    'RSS, MB',
    'lines',
  ]
  const rows = names.map((name) => [
    name,
    ...loads.map((load) => adds(name, load, 'cpu', QUIET).toFixed(2)),
    ...loads.slice(1).map((load) => adds(name, load, 'stall', QUIET).toFixed(1)),
    Math.round(at(name, 'burst', 'perSecond', 1 - QUIET)).toLocaleString('en'),
    Math.round(at(name, 'burst', 'rss', 0.5)),
    writes(name) ? (faults.get(name) ?? 'all') : '–',
  ])
  printMachine()
  printTable(['sink', ...heads], rows)
  for (const peer of PEERS) {
    const ratios = loads.map((load) => {
      const ratio = (share) => (adds(HANDLER, load, 'cpu', share) / adds(peer, load, 'cpu', share)).toFixed(2)
      return `${ratio(QUIET)} (${ratio(0.5)}) at ${load}`
    })
    console.log(`\nThe handler's CPU by that of ${peer}, in quiet rounds (in all): ${ratios.join(', ')}`)
  }
  if (faults.has(HANDLER)) process.exitCode = 1
}
