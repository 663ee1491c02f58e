// CPU per Prisma operation that each way to account for it adds: pnpm --filter benchmarks run prisma [database…]
import pg from 'pg'
import { migration } from '../../packages/prisma/test/fixtures/databases/database.js'
import {
  connection,
  postgres,
  startPostgres,
} from '../../packages/prisma/test/fixtures/databases/postgres.js'
import { startProcess } from '../lib/child-process.js'
import { quantile } from '../lib/quantile.js'
import { printMachine, printTable } from '../lib/report.js'
import { takeTurns } from '../lib/turns.js'

const GENERATIONS = 2 // of processes: what the compiler makes of one is partly luck
const ROUNDS = 20 // many and short: the machine may be busy with other things, for a while
const RUNS = { mock: 1_000, sqlite: 400, postgres: 400 } // of an operation in a round
/** findUnique is dispatched at the end of its tick, findFirst at once. */
const OPERATIONS = {
  mock: ['findFirst', 'findUnique'],
  sqlite: ['findFirst'],
  postgres: ['findFirst', 'findUnique'],
}
const VARIANTS = [
  'bare',
  'bare again',
  'empty extension',
  'actionlog',
  'log: query events',
  '@prisma/instrumentation',
]

printMachine()
const asked = process.argv.slice(2)
for (const database of asked.length > 0 ? asked : Object.keys(OPERATIONS)) {
  if (database === 'postgres' && postgres.missing) console.log(`\npostgres left out: ${postgres.missing}`)
  else for (const operation of OPERATIONS[database]) await compare(database, operation)
}
await postgres.stop()

async function compare(database, operation) {
  const server = database === 'postgres' ? await preparePostgres() : undefined
  const cpu = await takeTurns({
    names: VARIANTS,
    generations: GENERATIONS,
    rounds: ROUNDS,
    start: (variant) => start(variant, database, operation, server),
    warmUp: (client) => client.run(3 * RUNS[database]),
    turn: (client) => client.run(RUNS[database]),
    end: (client) => client.stop(),
  })
  print(database, operation, cpu)
}

/** A process with that client; `run` tells the microseconds of CPU an operation took there, all threads. */
async function start(variant, ...rest) {
  const client = await startProcess(new URL('process.js', import.meta.url), [
    variant,
    ...rest.map(JSON.stringify),
  ])
  return {
    stop: client.stop,
    run: async (operations) => (await client.ask({ requests: operations / 5, queries: 5 })) / operations,
  }
}

async function preparePostgres() {
  const access = connection((await startPostgres()).folder)
  const client = new pg.Client(access)
  await client.connect()
  await client.query(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${migration('postgresql')}`)
  await client.query(`INSERT INTO "User" (name, email) VALUES ('Ada', 'ada@example.org')`)
  await client.query("ALTER SYSTEM SET log_statement = 'none'; SELECT pg_reload_conf()").catch(() => {})
  await client.end()
  return access
}

function print(database, operation, cpu) {
  const bare = cpu.get('bare')
  const [median, quiet] = [0.5, 0.1].map((share) => quantile(bare, share).toFixed(1))
  console.log(
    `\n${database}, ${operation}: bare ${median} µs of CPU an operation, in quiet rounds ${quiet}:\n`,
  )
  const rows = []
  for (const [variant, rounds] of cpu) {
    const added = quantile(
      rounds.map((us, round) => us - bare[round]),
      0.5,
    )
    const quiet = quantile(rounds, 0.1) - quantile(bare, 0.1)
    const percent = (100 * added) / quantile(bare, 0.5)
    rows.push([variant, added.toFixed(1), quiet.toFixed(1), percent.toFixed(1)])
  }
  printTable(['variant', 'adds, µs', 'in quiet rounds', 'of bare, %'], rows)
}
