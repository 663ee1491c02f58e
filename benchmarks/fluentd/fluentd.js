// What a record to fluentd costs, by client: pnpm --filter benchmarks run fluentd [client…]
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startProcess } from '../lib/child-process.js'
import { QUIET, takeLoads } from '../lib/loads.js'
import { namesAsked, printMachine, printTable } from '../lib/report.js'
import { fluentdClients } from './clients.js'
import { startFluentd, tallyOf } from './server.js'

const GENERATIONS = 2
const ROUNDS = 5 // of each load
const WARM_UP = { rate: 20_000, records: 20_000 }
const LOADS = {
  'each call': { rate: 20_000, records: 10_000, isTimed: true },
  '4,000/s': { rate: 4_000, records: 2_000 },
  '20,000/s': { rate: 20_000, records: 10_000 },
  burst: { rate: Number.POSITIVE_INFINITY, records: 100_000 },
}
const HANDLER = 'actionlog'

const names = namesAsked(fluentdClients, ['nothing', HANDLER])
const accounts = new Map(names.map((name) => [name, { lost: 0, doubled: 0 }]))
const server = await startFluentd()
let tags = 0
const { at, adds } = await takeLoads({
  names,
  loads: LOADS,
  generations: GENERATIONS,
  rounds: ROUNDS,
  start: startClient,
  warmUp: (client) => client.run(WARM_UP),
  run: (client, load) => client.run(load),
  end: (client) => client.stop(),
})
await server.stop()
print()

/** A process with that client, whose records have a tag of their own. */
async function startClient(name) {
  const tag = `benchmark.${tags++}`
  const spoolDir = join(server.folder, `${tag}.spool`)
  mkdirSync(spoolDir)
  const settings = { port: server.port, folder: server.folder, tag, spoolDir }
  const client = await startProcess(new URL('process.js', import.meta.url), [name, JSON.stringify(settings)])
  let made = 0
  return {
    async run(load) {
      const figures = await client.ask(load)
      made = figures.made
      return figures
    },
    async stop() {
      await client.stop()
      const { came, first } = tallyOf(server.folder, `${tag}.footprint`)()
      accounts.get(name).lost += made - first
      accounts.get(name).doubled += came - first
    },
  }
}

function print() {
  const head = ['client', 'emit(), mean', 'median', 'CPU, 4,000/s', '20,000/s', 'burst', 'of actionlog']
  const rows = names.map((name) => {
    const { lost, doubled } = accounts.get(name)
    return [
      name,
      ...['mean', 'median'].map((figure) => adds(name, 'each call', figure, QUIET).toFixed(2)),
      ...['4,000/s', '20,000/s', 'burst'].map((load) => adds(name, load, 'cpu', QUIET).toFixed(1)),
      (adds(name, '20,000/s', 'cpu', QUIET) / adds(HANDLER, '20,000/s', 'cpu', QUIET)).toFixed(2),
      adds(name, '20,000/s', 'stall', QUIET).toFixed(1),
      Math.round(at(name, 'burst', 'perSecond', 1 - QUIET)).toLocaleString('en'),
      name.startsWith('nothing') ? '–' : lost,
      name.startsWith('nothing') ? '–' : doubled,
    ]
  })
  printMachine()
  printTable([...head, 'stall, ms', 'records/s, burst', 'lost', 'twice'], rows)
  const own = names.filter((name) => name.startsWith(HANDLER))
  if (own.some((name) => accounts.get(name).lost > 0)) process.exitCode = 1
}
