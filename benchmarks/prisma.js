// CPU per Prisma operation that each way to account for it adds: pnpm --filter benchmarks run prisma [database…]
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import pg from 'pg'
import { migration } from '../packages/prisma/test/fixtures/databases/database.js'
import { connection, postgres, startPostgres } from '../packages/prisma/test/fixtures/databases/postgres.js'

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

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0].model.trim()}, ${process.platform}`)
const asked = process.argv.slice(2)
for (const database of asked.length > 0 ? asked : Object.keys(OPERATIONS)) {
  if (database === 'postgres' && postgres.missing) console.log(`\npostgres left out: ${postgres.missing}`)
  else for (const operation of OPERATIONS[database]) await compare(database, operation)
}
await postgres.stop()

async function compare(database, operation) {
  const server = database === 'postgres' ? await preparePostgres() : undefined
  const cpu = new Map(VARIANTS.map((variant) => [variant, []]))
  for (let generation = 0; generation < GENERATIONS; generation++) {
    const processes = await Promise.all(
      VARIANTS.map((variant) => start(variant, database, operation, server)),
    )
    for (const one of processes) await one.run(3 * RUNS[database]) // warm-up
    for (let round = 0; round < ROUNDS; round++) {
      for (const one of processes) cpu.get(one.variant).push(await one.run(RUNS[database]))
      processes.push(processes.shift()) // none is always first
    }
    for (const one of processes) await one.stop()
  }
  print(database, operation, cpu)
}

/** A process with that client; `run` tells the microseconds of CPU an operation took there, all threads. */
async function start(variant, ...rest) {
  const child = fork(new URL('prisma-process.js', import.meta.url), [variant, ...rest.map(JSON.stringify)])
  await once(child, 'message')
  return {
    variant,
    async run(operations) {
      child.send(operations)
      const [cpu] = await once(child, 'message')
      return cpu / operations
    },
    async stop() {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

async function preparePostgres() {
  const access = connection((await startPostgres()).port)
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
  console.log('| variant                 | adds, µs | in quiet rounds | of bare, % |')
  console.log('|-------------------------|---------:|----------------:|-----------:|')
  for (const [variant, rounds] of cpu) {
    const added = quantile(
      rounds.map((us, round) => us - bare[round]),
      0.5,
    )
    const quiet = quantile(rounds, 0.1) - quantile(bare, 0.1)
    const percent = (100 * added) / quantile(bare, 0.5)
    const figures = [
      added.toFixed(1).padStart(8),
      quiet.toFixed(1).padStart(15),
      percent.toFixed(1).padStart(10),
    ]
    console.log(`| ${[variant.padEnd(23), ...figures].join(' | ')} |`)
  }
}

function quantile(values, share) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)]
}
