// Server CPU per request over 1 to 10,000 connections, beside bare Koa: pnpm --filter benchmarks run connections
import { quantile } from '../lib/quantile.js'
import { quick } from '../lib/quick.js'
import { printMachine, printTable } from '../lib/report.js'
import { takeTurns } from '../lib/turns.js'
import { load } from './load.js'
import { startServer } from './server-process.js'

const CONNECTIONS = quick ? [1, 10] : [1, 10, 100, 1_000, 10_000]
const NAMES = ['bare', 'pino-http', 'actionlog, file handler']
const ROUNDS = quick ? 1 : 10 // of each
const REQUESTS = quick ? 100 : 10_000
const Q15 = 0.15

const turns = await takeTurns({
  names: NAMES,
  generations: 1,
  rounds: ROUNDS * CONNECTIONS.length,
  start: (name) => startServer(process.execPath, name),
  warmUp: (server) => load(server.port, quick ? 500 : 40_000),
  async turn(server, round) {
    const connections = CONNECTIONS[round % CONNECTIONS.length]
    const before = await server.cpuTime()
    await load(server.port, REQUESTS, connections)
    return ((await server.cpuTime()) - before) / REQUESTS
  },
  end: (server) => server.stop(),
})

const cpu = (name, index) =>
  quantile(
    turns.get(name).filter((_, round) => round % CONNECTIONS.length === index),
    Q15,
  )
printMachine()
printTable(
  ['connections', 'bare, µs', ...NAMES.slice(1).map((name) => `${name} adds, µs`)],
  CONNECTIONS.map((connections, index) => [
    connections,
    cpu('bare', index).toFixed(1),
    ...NAMES.slice(1).map((name) => (cpu(name, index) - cpu('bare', index)).toFixed(1)),
  ]),
)
