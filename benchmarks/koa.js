// Server CPU per request that each logger adds to bare Koa: pnpm --filter benchmarks run koa [variant…]
import { execFileSync } from 'node:child_process'
import { load } from './load.js'
import { nodeBinaries } from './node-binaries.js'
import { quantile } from './quantile.js'
import { namesAsked, printMachine, printTable } from './report.js'
import { startServer } from './server-process.js'
import { takeTurns } from './turns.js'
import { variants } from './variants.js'

const GENERATIONS = 3 // of servers: what the compiler makes of a process is partly luck
const WARM_UP = 10_000
const ROUNDS = 40 // many and short: the machine may be busy with other things, for a while
const REQUESTS = 1_000
const REFERENCE = 'pino-http'

const names = namesAsked(variants, ['bare', REFERENCE])

for (const nodePath of nodeBinaries()) print(nodePath, await measure(nodePath))

/** Per variant the CPU of each round in microseconds a request, and how many of its requests have a record. */
async function measure(nodePath) {
  const account = new Map(names.map((name) => [name, { requests: 0, records: 0 }]))
  const cpu = await takeTurns({
    names,
    generations: GENERATIONS,
    rounds: ROUNDS,
    start: (name) => startServer(nodePath, name),
    warmUp: (server) => load(server.port, WARM_UP),
    turn: cpuPerRequest,
    async end(server) {
      const of = account.get(server.name)
      of.requests += WARM_UP + ROUNDS * REQUESTS
      of.records += await server.stop(variants[server.name].record)
    },
  })
  return new Map(names.map((name) => [name, { cpu: cpu.get(name), ...account.get(name) }]))
}

async function cpuPerRequest(server) {
  const before = await server.cpuTime()
  await load(server.port, REQUESTS)
  return ((await server.cpuTime()) - before) / REQUESTS
}

function print(nodePath, results) {
  const bare = results.get('bare').cpu
  const added = (cpu) =>
    quantile(
      cpu.map((us, round) => us - bare[round]),
      0.5,
    )
  const reference = added(results.get(REFERENCE).cpu)
  const version = execFileSync(nodePath, ['--version'], { encoding: 'utf8' }).trim()
  printMachine(version)
  console.log(
    `bare Koa: ${quantile(bare, 0.5).toFixed(1)} µs of CPU a request, in quiet rounds ${quantile(bare, 0.1).toFixed(1)}\n`,
  )
  const rows = []
  for (const [name, { cpu, requests, records }] of results) {
    const ratio = added(cpu) / reference
    const quiet = quantile(cpu, 0.1) - quantile(bare, 0.1)
    const account = !variants[name].record ? '–' : records === requests ? 'all' : `${records} of ${requests}`
    if (account.includes('of')) process.exitCode = 1
    rows.push([name, added(cpu).toFixed(1), quiet.toFixed(1), ratio.toFixed(2), account])
  }
  printTable(['variant', 'adds, µs', 'in quiet rounds', 'of pino-http', 'records'], rows)
}
