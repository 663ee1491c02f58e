// What a line in a file costs, by sink: pnpm --filter benchmarks run file [sink…]
import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { startProcess } from '../lib/child-process.js'
import { idIn } from '../lib/footprints.js'
import { QUIET, takeLoads } from '../lib/loads.js'
import { namesAsked, printMachine, printTable } from '../lib/report.js'
import { logfiles } from './logfiles.js'
import { fileSinks } from './sinks.js'

const GENERATIONS = 2
const ROUNDS = 5 // of each load
const WARM_UP = { rate: 20_000, records: 20_000 }
const LOADS = {
  '1,000/s': { rate: 1_000, records: 1_000 },
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

/** A process with that sink, in a folder of its own; what it wrote is read at the end. */
async function startSink(name) {
  const folder = mkdtempSync(join(tmpdir(), 'actionlog-benchmark-'))
  const sink = await startProcess(new URL('process.js', import.meta.url), [name, folder])
  let made = 0
  return {
    async run(load) {
      const figures = await sink.ask(load)
      made = figures.made
      return figures
    },
    async stop() {
      await sink.stop()
      const fault = writes(name) && (await faultIn(logfiles(folder), made))
      if (fault) faults.set(name, fault)
      rmSync(folder, { recursive: true })
    },
  }
}

/** What is wrong with the lines in those files, if they are not so many, whole and in order. */
async function faultIn(files, made) {
  let found = 0
  let ordered = true
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      ordered &&= idIn(line) === found && line.endsWith('}')
      found++
    }
  }
  return found !== made ? `${found} of ${made}` : ordered ? undefined : 'not in order'
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
