// One Prisma client, extended as its variant says: runs a number of requests and queries on request.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createActionLog, runInRequest } from '@actionlog/core'
import { queryTimer } from '@actionlog/prisma'
import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaInstrumentation } from '@prisma/instrumentation'
import { migration } from '../../packages/prisma/test/fixtures/databases/database.js'
import { PrismaClient } from '../../packages/prisma/test/fixtures/generated/client/client.js'
import { PrismaClient as PostgresClient } from '../../packages/prisma/test/fixtures/generated/postgresql/client.js'

const [variant, ...rest] = process.argv.slice(2)
const [database, operation, server] = rest.map((json) => json && json !== 'undefined' && JSON.parse(json))

const folder = mkdtempSync(join(tmpdir(), 'actionlog-benchmark-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const adapters = {
  mock: () => {
    const user = [1, 'ada@example.org', 'Ada']
    const columns = { columnNames: ['id', 'email', 'name'], columnTypes: [0, 7, 7] }
    const connection = {
      provider: 'sqlite',
      adapterName: 'mock',
      queryRaw: async () => ({ ...columns, rows: [user] }),
      dispose: async () => {},
    }
    return { provider: 'sqlite', adapterName: 'mock', connect: async () => connection }
  },
  sqlite: () => new PrismaLibSql({ url: `file:${join(folder, 'test.db')}` }),
  postgres: () => new PrismaPg(server),
}

const Client = database === 'postgres' ? PostgresClient : PrismaClient
const make = {
  bare: (adapter) => new Client({ adapter }),
  'bare again': (adapter) => new Client({ adapter }),
  'empty extension': (adapter) =>
    new Client({ adapter }).$extends({ query: { $allOperations: ({ args, query }) => query(args) } }),
  actionlog(adapter) {
    const timer = queryTimer()
    return new Client({ adapter: timer.adapter(adapter) }).$extends(timer.extension)
  },
  'log: query events'(adapter) {
    const client = new Client({ adapter, log: [{ emit: 'event', level: 'query' }] })
    let spent = 0
    client.$on('query', ({ duration }) => (spent += duration))
    return client
  },
  '@prisma/instrumentation'(adapter) {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    trace.setGlobalTracerProvider(new BasicTracerProvider())
    new PrismaInstrumentation().enable()
    return new Client({ adapter })
  },
}

if (database === 'sqlite') {
  const setUp = await adapters.sqlite().connect()
  await setUp.executeScript(migration('sqlite'))
  await setUp.executeScript("INSERT INTO User (name, email) VALUES ('Ada', 'ada@example.org')")
  await setUp.dispose()
}
const prisma = make[variant](adapters[database]())
const log = createActionLog({ handlerType: 'null' })
const where = { where: { id: 1 } }

process.on('message', async ({ requests, queries }) => {
  const before = process.cpuUsage()
  for (let i = 0; i < requests; i++) {
    await runInRequest(log.begin('id'), async () => {
      for (let j = 0; j < queries; j++) {
        const user =
          operation === 'findFirst' ? await prisma.user.findFirst(where) : await prisma.user.findUnique(where)
        if (user.name !== 'Ada') throw new Error(`${variant}: ${JSON.stringify(user)}`)
      }
    })
  }
  const { user, system } = process.cpuUsage(before)
  process.send(user + system)
})
process.on('disconnect', () => process.exit())
process.send('ready')
