// Server CPU per request that each logger adds to bare Koa: pnpm --filter benchmarks run koa [variant…]
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { load } from './load.js'
import { nodeBinaries } from './node-binaries.js'
import { startServer } from './server-process.js'
import { variants } from './variants.js'

const GENERATIONS = 3 // of servers: what the compiler makes of a process is partly luck
const WARM_UP = 10_000
const ROUNDS = 40 // many and short: the machine may be busy with other things, for a while
const REQUESTS = 1_000
const REFERENCE = 'pino-http'

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(variants, name))
if (unknown.length > 0)
  throw new Error(`no variant ${unknown}; there are: ${Object.keys(variants).join(', ')}`)
const names = Object.keys(variants).filter(
  (name) => asked.length === 0 || ['bare', REFERENCE, ...asked].includes(name),
)

for (const nodePath of nodeBinaries()) print(nodePath, await measure(nodePath))

/** Per variant the CPU of each round in microseconds a request, and how many of its requests have a record. */
async function measure(nodePath) {
  const results = new Map(names.map((name) => [name, { cpu: [], requests: 0, records: 0 }]))
  for (let generation = 0; generation < GENERATIONS; generation++) {
    const servers = await Promise.all(names.map((name) => startServer(nodePath, name)))
    for (const server of servers) await load(server.port, WARM_UP)
    for (let round = 0; round < ROUNDS; round++) {
      for (const server of servers) results.get(server.name).cpu.push(await cpuPerRequest(server))
      servers.push(servers.shift()) // none is always first
    }
    for (const server of servers) {
      const result = results.get(server.name)
      result.requests += WARM_UP + ROUNDS * REQUESTS
      result.records += await server.stop(variants[server.name].record)
    }
  }
  return results
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
  console.log(`\nNode ${version}, ${cpus().length} × ${cpus()[0].model.trim()}, ${process.platform}`)
  console.log(
    `bare Koa: ${quantile(bare, 0.5).toFixed(1)} µs of CPU a request, in quiet rounds ${quantile(bare, 0.1).toFixed(1)}\n`,
  )
  console.log('| variant                 | adds, µs | in quiet rounds | of pino-http | records |')
  console.log('|-------------------------|---------:|----------------:|-------------:|---------|')
  for (const [name, { cpu, requests, records }] of results) {
    const ratio = added(cpu) / reference
    const quiet = quantile(cpu, 0.1) - quantile(bare, 0.1)
    const figures = [
      added(cpu).toFixed(1).padStart(8),
      quiet.toFixed(1).padStart(15),
      ratio.toFixed(2).padStart(12),
    ]
    const account = !variants[name].record ? '–' : records === requests ? 'all' : `${records} of ${requests}`
    if (account.includes('of')) process.exitCode = 1
    console.log(`| ${[name.padEnd(23), ...figures, account.padEnd(7)].join(' | ')} |`)
  }
}

function quantile(values, share) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)]
}
