// Server CPU per request that each logger adds to bare Koa: pnpm --filter benchmarks run koa [variant…]
import { execFileSync } from 'node:child_process'
import { nodeBinaries } from '../lib/node-binaries.js'
import { quantile } from '../lib/quantile.js'
import { quick } from '../lib/quick.js'
import { namesAsked, printMachine, printTable } from '../lib/report.js'
import { takeTurns } from '../lib/turns.js'
import { load } from './load.js'
import { startServer } from './server-process.js'
import { variants } from './variants.js'

const GENERATIONS = quick ? 1 : 3 // of servers: what the compiler makes of a process is partly luck
const WARM_UP = quick ? 500 : 40_000 // the JIT has not settled before
const ROUNDS = quick ? 4 : 40 // many and short: the machine may be busy with other things, for a while
const REQUESTS = quick ? 100 : 1_000
const GARBAGE_REQUESTS = quick ? 500 : 10_000
const REFERENCE = 'pino-http'
// noise only adds: the 15th percentile is the quiet rounds'
const SHARES = { median: 0.5, q15: 0.15 }
// Bare Koa's young generation stays tiny, so that a variant which merely retains something looks cheaper
const FLAGS = [[], ['--min-semi-space-size=16']]

const names = namesAsked(variants, ['bare', REFERENCE])

for (const nodePath of nodeBinaries()) {
  for (const flags of FLAGS) print(nodePath, flags, await measure(nodePath, flags))
}

/** Per variant the CPU of each round in microseconds a request, its garbage, and how many requests have a record. */
async function measure(nodePath, flags) {
  const account = new Map(names.map((name) => [name, { requests: 0, records: 0, pause: [], bytes: [] }]))
  const cpu = await takeTurns({
    names,
    generations: GENERATIONS,
    rounds: ROUNDS,
    start: (name) => startServer(nodePath, name, flags),
    warmUp: (server) => load(server.port, WARM_UP),
    turn: cpuPerRequest,
    async end(server) {
      const of = account.get(server.name)
      await server.startGarbage()
      await load(server.port, GARBAGE_REQUESTS)
      const { pause, bytes } = await server.stopGarbage()
      of.pause.push(pause / GARBAGE_REQUESTS)
      of.bytes.push(bytes / GARBAGE_REQUESTS)
      of.requests += WARM_UP + ROUNDS * REQUESTS + GARBAGE_REQUESTS
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

function print(nodePath, flags, results) {
  const bare = results.get('bare').cpu
  const added = (cpu, share) => quantile(cpu, share) - quantile(bare, share)
  const reference = (share) => added(results.get(REFERENCE).cpu, share)
  const version = execFileSync(nodePath, ['--version'], { encoding: 'utf8' }).trim()
  printMachine([version, ...flags].join(' '))
  const [median, q15] = [SHARES.median, SHARES.q15].map((share) => quantile(bare, share).toFixed(1))
  console.log(`bare Koa: ${median} µs of CPU a request (median), ${q15} (q15)\n`)
  const rows = []
  for (const [name, { cpu, requests, records, pause, bytes }] of results) {
    const account = !variants[name].record ? '–' : records === requests ? 'all' : `${records} of ${requests}`
    if (account.includes('of')) process.exitCode = 1
    rows.push([
      name,
      ...Object.values(SHARES).map((share) => added(cpu, share).toFixed(1)),
      ...Object.values(SHARES).map((share) => (added(cpu, share) / reference(share)).toFixed(2)),
      quantile(pause, 0.5).toFixed(2),
      (quantile(bytes, 0.5) / 1_000).toFixed(1),
      account,
    ])
  }
  const head = [
    'variant',
    'adds, µs: median',
    'q15',
    'of pino-http: median',
    'q15',
    'GC, µs',
    'kB',
    'records',
  ]
  printTable(head, rows)
}
