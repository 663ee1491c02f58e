// CPU per request over 0 to 200 Prisma queries on the mock adapter: pnpm --filter benchmarks run queries
import { startProcess } from '../lib/child-process.js'
import { quantile } from '../lib/quantile.js'
import { quick } from '../lib/quick.js'
import { printMachine, printTable } from '../lib/report.js'
import { takeTurns } from '../lib/turns.js'

const QUERIES = quick ? [0, 1, 10] : [0, 1, 5, 20, 50, 100, 200]
const NAMES = ['bare', 'empty extension', 'actionlog']
const ROUNDS = quick ? 1 : 10 // of each
const OPERATIONS = quick ? 200 : 4_000 // of a round
const Q15 = 0.15

const requests = (queries) => Math.ceil(OPERATIONS / Math.max(1, queries))
const turns = await takeTurns({
  names: NAMES,
  generations: 1,
  rounds: ROUNDS * QUERIES.length,
  start: (name) => startProcess(new URL('process.js', import.meta.url), [name, '"mock"', '"findFirst"']),
  warmUp: (client) => client.ask({ requests: requests(5) * 5, queries: 5 }),
  async turn(client, round) {
    const queries = QUERIES[round % QUERIES.length]
    return (await client.ask({ requests: requests(queries), queries })) / requests(queries)
  },
  end: (client) => client.stop(),
})

const cpu = (name, index) =>
  quantile(
    turns.get(name).filter((_, round) => round % QUERIES.length === index),
    Q15,
  )
printMachine()
printTable(
  ['queries a request', 'bare, µs', ...NAMES.slice(1).map((name) => `${name} adds, µs a query`)],
  QUERIES.map((queries, index) => [
    queries,
    cpu('bare', index).toFixed(1),
    ...NAMES.slice(1).map((name) =>
      ((cpu(name, index) - cpu('bare', index)) / Math.max(1, queries)).toFixed(2),
    ),
  ]),
)
