import { setTimeout as sleep } from 'node:timers/promises'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { queryTimer } from '../src/index.js'
import { openClient, request } from './fixtures/database.js'
import { databases } from './fixtures/databases/index.js'
import { operations } from './fixtures/operations.js'

/** An adapter as drivers' own are made: classes with private fields. Sends COMMIT as Prisma's for pg does. */
class StubConnection {
  readonly provider = 'sqlite'
  readonly adapterName = 'stub'
  readonly options = { usePhantomQuery: false }
  readonly #waitMs: number
  /** What all its statements took together. */
  spentMs = 0

  constructor(waitMs: number) {
    this.#waitMs = waitMs
  }

  async queryRaw(query: { sql: string }): Promise<string> {
    const start = performance.now()
    await sleep(this.#waitMs)
    this.spentMs += performance.now() - start
    if (query.sql === 'FAIL') throw new Error('failed')
    return query.sql
  }

  executeRaw(query: { sql: string }): Promise<string> {
    if (query.sql === 'THROW') throw new Error('threw')
    return this.queryRaw(query)
  }

  async startTransaction(): Promise<StubConnection> {
    await this.executeRaw({ sql: 'BEGIN' })
    return new StubConnection(this.#waitMs)
  }

  async commit(): Promise<void> {
    await sleep(this.#waitMs)
  }

  async createSavepoint(name: string): Promise<void> {
    await this.executeRaw({ sql: `SAVEPOINT ${name}` })
  }

  async executeScript(script: string): Promise<string> {
    return `${script} in ${this.#waitMs}`
  }

  getConnectionInfo(): { maxBindValues: number } {
    return { maxBindValues: this.#waitMs }
  }
}

class StubFactory {
  readonly provider = 'sqlite'
  readonly adapterName = 'stub'
  readonly #connection: StubConnection

  constructor(connection: StubConnection) {
    this.#connection = connection
  }

  async connect(): Promise<StubConnection> {
    return this.#connection
  }

  async connectToShadowDb(): Promise<StubConnection> {
    return this.#connection
  }
}

async function connect(connection: StubConnection = new StubConnection(5)): Promise<StubConnection> {
  return await queryTimer().adapter(new StubFactory(connection)).connect()
}

describe('timer.adapter()', () => {
  test('waits for no driver that answers at once', async () => {
    const answers = { queryRaw: () => 'rows', executeRaw: () => 1, commit: () => 'committed' }
    const connection = { ...answers, startTransaction: () => answers }
    const { footprint } = await request(async () => {
      const timed = await queryTimer()
        .adapter({ provider: 'sqlite', adapterName: 'x', connect: () => connection as never })
        .connect()
      const { queryRaw, executeRaw, startTransaction } = timed as unknown as typeof connection & {
        queryRaw(query: object): string
        executeRaw(query: object): number
      }
      expect([queryRaw({ sql: 'SELECT 1' }), executeRaw({ sql: 'DELETE' })]).toEqual(['rows', 1])
      expect((await startTransaction()).commit()).toBe('committed')
    })
    expect(footprint.sql_count).toBe(2)
  })

  test.each([undefined, null, 'postgres', Promise.resolve({}), { provider: 'sqlite' }])(
    'refuses %o, which is no adapter',
    (adapter) => {
      const rule = 'timer.adapter() must get a driver adapter, such as new PrismaPg({ connectionString })'
      expect(() => queryTimer().adapter(adapter as never)).toThrow(`@actionlog/prisma: ${rule}, got `)
    },
  )

  test.each([
    [{ isolated: false }, 'options.isolated is unknown; did you mean isolate?'],
    [{ isolate: 'no' }, 'options.isolate must be true or false, got "no"'],
    [null, 'options must be an object, got null'],
  ])('refuses %j as options of the timer', (options, problem) => {
    expect(() => queryTimer(options as never)).toThrow(`@actionlog/prisma: ${problem}`)
  })

  test('leaves a client without an adapter to the count of operations', () => {
    const client = { _engineConfig: { adapter: null }, $extends: (extension: object) => extension }
    expect(queryTimer().extension(client)).toMatchObject({ name: '@actionlog/prisma' })
  })
})

describe.each(databases)('timer.adapter() on $name', (database) => {
  const { missing, provider, unlogged = [], unsupported = [] } = database
  if (missing) return test.skip(`not run: ${missing}`)

  let opened: Awaited<ReturnType<typeof openClient>>
  beforeAll(async () => {
    opened = await openClient(queryTimer(), { database })
  })
  afterAll(async () => {
    await opened.close()
    await database.stop()
  })

  const supported = operations.filter(([name]) => !unsupported.includes(name))
  test.each(supported)('counts what the database was given: %s', async (name, statements, run) => {
    const { prisma, driver } = opened
    await driver.clear()
    const { footprint } = await request(() => run(prisma))
    const failed = await driver.failed
    expect(footprint.sql_count).toBe(driver.statements.length + (unlogged.includes(name) ? 1 : 0))
    expect(footprint.sql_count).toBe(typeof statements === 'number' ? statements : statements[provider])
    if (failed !== undefined) expect(footprint.sql_errors ?? 0).toBe(failed)
    expect(footprint.sql_time > 0).toBe(footprint.sql_count > 0)
    expect(footprint.sql_time).toBeLessThanOrEqual(footprint.total_time)
    expect(footprint.sql_source).toBeUndefined()
  })
})

describe('timer.adapter() on SQLite', () => {
  test('says which statement was slowest and which was repeated, without any value', async () => {
    const { prisma, close } = await openClient()
    const { footprint } = await request(async () => {
      for (let i = 0; i < 6; i++)
        await prisma.$queryRawUnsafe(`SELECT 'secret-${i}' FROM User WHERE id = ${i}`)
    })
    const text = 'SELECT ? FROM User WHERE id = ?'
    expect(footprint).toMatchObject({ sql_slowest: text, sql_repeat: text, sql_repeat_count: 6 })
    await close()
  })

  test('counts nothing outside requests, and works there', async () => {
    const { prisma, close } = await openClient()
    expect(await prisma.user.count()).toBe(2)
    const { footprint } = await request(async () => {})
    expect(footprint.sql_count).toBe(0)
    await close()
  })

  test('counts no statement that begins after the request ended', async () => {
    const { prisma, close } = await openClient()
    let late: Promise<number> | undefined
    const { footprint } = await request(async () => {
      late = sleep(1).then(() => prisma.user.count())
    })
    expect(await late).toBe(2)
    expect(footprint.sql_count).toBe(0)
    await close()
  })

  test('keeps the shadow database of migrations working', async () => {
    const factory = queryTimer().adapter(new PrismaLibSql({ url: ':memory:' }))
    const shadow = await factory.connectToShadowDb()
    await shadow.executeScript('CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (1)')
    expect((await shadow.queryRaw({ sql: 'SELECT id FROM t', args: [], argTypes: [] })).rows).toEqual([[1]])
    await shadow.dispose()
  })
})

describe('timer.adapter() on any adapter', () => {
  test('counts transaction control as time only, also when it comes as a statement', async () => {
    const connection = await connect()
    const { footprint } = await request(async () => {
      const transaction = await connection.startTransaction()
      await transaction.createSavepoint('s')
      for (const sql of ['BEGIN', 'commit', ' ROLLBACK', 'SAVEPOINT s', 'RELEASE SAVEPOINT s']) {
        await transaction.executeRaw({ sql })
      }
      await transaction.commit()
    })
    expect(footprint.sql_count).toBe(0)
    expect(footprint.sql_time).toBeGreaterThan(footprint.node_time)
  })

  test.each([
    "BEGIN dbms_session.set_role('x'); END;",
    'BEGIN UPDATE t SET a = 1 END',
    'BEGIN TRY SELECT 1 / 0 END TRY BEGIN CATCH END CATCH',
    'BEGIN; UPDATE t SET a = 1; COMMIT',
    'COMMIT; SELECT 1',
  ])('counts code that starts like transaction control as a statement: %s', async (sql) => {
    const connection = await connect()
    const { footprint } = await request(() => connection.executeRaw({ sql }))
    expect(footprint.sql_count).toBe(1)
  })

  test.each(['BEGIN;', 'BEGIN IMMEDIATE', 'begin tran', 'END', 'COMMIT /* x */', 'BEGIN /* x */'])(
    'counts transaction control in any of its forms as none: %s',
    async (sql) => {
      const connection = await connect()
      const { footprint } = await request(() => connection.executeRaw({ sql }))
      expect(footprint.sql_count).toBe(0)
    },
  )

  test('counts statements of a transaction', async () => {
    const connection = await connect()
    const { footprint } = await request(async () => {
      const transaction = await connection.startTransaction()
      await transaction.queryRaw({ sql: 'SELECT 1' })
      await transaction.executeRaw({ sql: 'UPDATE t SET a = 1' })
    })
    expect(footprint.sql_count).toBe(2)
  })

  test('counts parallel statements once in the time', async () => {
    const stub = new StubConnection(20)
    const connection = await connect(stub)
    const { footprint } = await request(() =>
      Promise.all(Array.from({ length: 5 }, () => connection.queryRaw({ sql: 'SELECT 1' }))),
    )
    expect(footprint.sql_count).toBe(5)
    expect(footprint.sql_time).toBeLessThan(stub.spentMs)
    expect(footprint.sql_time).toBeLessThanOrEqual(footprint.total_time)
  })

  test.each(['FAIL', 'THROW'])('counts a statement that fails, and passes its error on: %s', async (sql) => {
    const connection = await connect()
    const { footprint, thrown } = await request(async () => await connection.executeRaw({ sql }))
    expect(thrown).toMatchObject({ message: sql === 'FAIL' ? 'failed' : 'threw' })
    expect(footprint).toMatchObject({ sql_count: 1, sql_errors: 1 })
  })

  test('never reads the parameters', async () => {
    const connection = await connect()
    const query = {
      sql: 'SELECT ?',
      get args(): never {
        throw new Error('read')
      },
    }
    const { footprint, thrown } = await request(() => connection.queryRaw(query))
    expect(thrown).toBeUndefined()
    expect(footprint).toMatchObject({ sql_count: 1, sql_slowest: 'SELECT ?' })
  })

  test('leaves the adapter what it is: its class, its private fields, its other methods', async () => {
    const factory = queryTimer().adapter(new StubFactory(new StubConnection(7)))
    expect(factory).toBeInstanceOf(StubFactory)
    expect(factory.adapterName).toBe('stub')
    const connection = await factory.connect()
    expect(connection).toBeInstanceOf(StubConnection)
    expect(connection.options.usePhantomQuery).toBe(false)
    expect(connection.getConnectionInfo()).toEqual({ maxBindValues: 7 })
    expect(await connection.executeScript('script')).toBe('script in 7')
    expect(await connection.queryRaw({ sql: 'SELECT 1' })).toBe('SELECT 1')
  })

  test('changes nothing on the adapter it was given', async () => {
    const stub = new StubConnection(5)
    const factory = new StubFactory(stub)
    await queryTimer().adapter(factory).connect()
    const { footprint } = await request(
      async () => await (await factory.connect()).queryRaw({ sql: 'SELECT 1' }),
    )
    expect(footprint.sql_count).toBe(0)
  })

  test('counts once when an adapter is wrapped twice', async () => {
    const factory = queryTimer().adapter(queryTimer().adapter(new StubFactory(new StubConnection(5))))
    const connection = await factory.connect()
    const { footprint } = await request(() => connection.queryRaw({ sql: 'SELECT 1' }))
    expect(footprint.sql_count).toBe(1)
  })
})
