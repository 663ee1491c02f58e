import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { drizzle as drizzleSqlite } from 'drizzle-orm/better-sqlite3'
import { drizzle as drizzleMySql } from 'drizzle-orm/mysql2'
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import knex, { type Knex } from 'knex'
import { Kysely, sql as kyselySql, MysqlDialect, PostgresDialect, SqliteDialect } from 'kysely'
import mysql from 'mysql2'
import promises from 'mysql2/promise'
import pg from 'pg'
import { Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { request } from './fixtures/database.js'
import { betterSqlite3 } from './fixtures/databases/better-sqlite3.js'
import { mariadb, startMariaDb } from './fixtures/databases/mariadb.js'
import { connection, postgres, startPostgres } from './fixtures/databases/postgres.js'
import { writeRecipes } from './fixtures/recipes.js'

// The recipes of docs/other-databases.md, as they stand there.

const recipes = writeRecipes('recipes')
afterAll(() => recipes.remove())

/** What an application does with a driver or library. */
interface Library {
  readonly run: (sql: string) => PromiseLike<unknown> | unknown
  /** Runs statements in a transaction, which is rolled back when one fails. */
  readonly transaction: (...sql: string[]) => PromiseLike<unknown> | unknown
  readonly close: () => PromiseLike<unknown> | unknown
}

/** Each library counts what it was asked to run, and nothing else. */
function behaves(name: string, open: () => Promise<Library> | Library, isPooled = true): void {
  describe(name, () => {
    let db: Library
    const table = `t_${name.replace(/\W+/g, '_')}`
    beforeAll(async () => {
      db = await open()
      await db.run(`CREATE TABLE ${table} (id INT PRIMARY KEY, name VARCHAR(99))`)
      // opens all connections: what a library sends on a new one counts for the request that opens it
      await Promise.all(Array.from({ length: 6 }, () => db.run(`SELECT id FROM ${table}`)))
    })
    afterAll(() => db?.close())

    test('counts statements, failed ones too, and shows no value', async () => {
      const { footprint } = await request(async () => {
        await db.run(`INSERT INTO ${table} VALUES (1, 'zqx')`)
        await db.run(`SELECT * FROM ${table} WHERE name = 'zqx'`)
        await Promise.resolve()
          .then(() => db.run(`INSERT INTO ${table} VALUES (1, 'zqx')`))
          .catch(() => {})
      })
      expect(footprint).toMatchObject({ sql_count: 3, sql_errors: 1 })
      expect(footprint.sql_slowest).toContain(table)
      expect(JSON.stringify(footprint)).not.toContain('zqx')
      expect(footprint.sql_time).toBeLessThanOrEqual(footprint.total_time)
    })

    test('counts the statements of a transaction, without its control statements', async () => {
      const { footprint } = await request(() =>
        Promise.resolve(db.transaction(`SELECT id FROM ${table}`, `SELECT name FROM ${table}`)),
      )
      expect(footprint.sql_count).toBe(2)
      expect(footprint.sql_errors).toBeUndefined()
    })

    test('counts a transaction that is rolled back', async () => {
      const { footprint, thrown } = await request(async () => {
        await db.transaction(`SELECT id FROM ${table}`, `INSERT INTO ${table} VALUES (1, 'zqx')`)
      })
      expect(thrown).toBeDefined()
      expect(footprint).toMatchObject({ sql_count: 2, sql_errors: 1 })
    })

    test.runIf(isPooled)('gives each request its own, also those that wait for a connection', async () => {
      const requests = Array.from({ length: 30 }, (_, i) =>
        request(async () => {
          await sleep(1)
          await Promise.all(Array.from({ length: i % 4 }, () => db.run(`SELECT id FROM ${table}`)))
        }),
      )
      const counts = (await Promise.all(requests)).map(({ footprint }) => footprint.sql_count)
      expect(counts).toEqual(counts.map((_, i) => i % 4))
    })

    test('works outside requests', async () => {
      await db.run(`SELECT id FROM ${table}`)
    })
  })
}

/** A library whose transactions give a function that runs statements. */
const inTurn = async (run: (sql: string) => PromiseLike<unknown>, statements: string[]): Promise<void> => {
  for (const statement of statements) await run(statement)
}

describe('over PostgreSQL', () => {
  if (postgres.missing) return test.skip(`not run: ${postgres.missing}`)
  let access: { host: string; user: string; database: string }
  let TimedClient: typeof pg.Client
  let TimedPool: typeof pg.Pool
  beforeAll(async () => {
    access = connection((await startPostgres()).folder)
    Object.assign(process.env, { PGHOST: access.host, PGUSER: access.user, PGDATABASE: access.database })
    ;({ TimedClient, TimedPool } = await recipes.load('pg'))
  })
  afterAll(() => postgres.stop())
  const makePool = (): pg.Pool => new TimedPool({ Client: TimedClient, max: 2, ...access } as pg.PoolConfig)

  behaves('pg', () => {
    const pool = makePool()
    return {
      run: (text) => pool.query(text),
      async transaction(...statements) {
        const client = await pool.connect()
        try {
          await inTurn((text) => client.query(text), ['BEGIN', ...statements, 'COMMIT'])
        } catch (error) {
          await client.query('ROLLBACK')
          throw error
        } finally {
          client.release()
        }
      },
      close: () => pool.end(),
    }
  })

  behaves('pg with callbacks', async () => {
    const client = new TimedClient(access)
    await client.connect()
    const run = (text: string) =>
      new Promise((resolve, reject) => {
        client.query(text, (error: unknown, result: unknown) => (error ? reject(error) : resolve(result)))
      })
    return {
      run,
      async transaction(...statements) {
        try {
          await inTurn(run, ['BEGIN', ...statements, 'COMMIT'])
        } catch (error) {
          await run('ROLLBACK')
          throw error
        }
      },
      close: () => client.end(),
    }
  })

  behaves('drizzle', () => {
    const pool = makePool()
    const db = drizzlePg(pool)
    return {
      run: (text) => db.execute(sql.raw(text)),
      transaction: (...statements) =>
        db.transaction((tx) => inTurn((text) => tx.execute(sql.raw(text)), statements)),
      close: () => pool.end(),
    }
  })

  behaves('kysely', () => {
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: makePool() }) })
    return {
      run: (text) => kyselySql.raw(text).execute(db),
      transaction: (...statements) =>
        db.transaction().execute((tx) => inTurn((text) => kyselySql.raw(text).execute(tx), statements)),
      close: () => db.destroy(),
    }
  })

  behaves('TypeORM', async () => {
    const extra = { Client: TimedClient, host: access.host, max: 2 }
    const db = await new DataSource({
      type: 'postgres',
      username: access.user,
      database: access.database,
      extra,
    }).initialize()
    return {
      run: (text) => db.query(text),
      transaction: (...statements) => db.transaction((tx) => inTurn((text) => tx.query(text), statements)),
      close: () => db.destroy(),
    }
  })

  behaves('Sequelize', () => {
    const db = new Sequelize(access.database, access.user, '', {
      dialect: 'postgres',
      host: access.host,
      dialectModule: { ...pg, Client: TimedClient },
      logging: false,
      pool: { max: 2, idle: 600_000 },
    })
    return {
      run: (text) => db.query(text),
      transaction: (...statements) =>
        db.transaction((transaction) => inTurn((text) => db.query(text, { transaction }), statements)),
      close: () => db.close(),
    }
  })

  behaves('knex', () => openKnex({ client: 'pg', connection: access, pool: { min: 0, max: 2 } }, 'postgres'))
})

describe('over MariaDB', () => {
  if (mariadb.missing) return test.skip(`not run: ${mariadb.missing}`)
  let access: { socketPath: string; user: string; database: string; connectionLimit: number }
  let keepRequests: <Pool>(pool: Pool) => Pool
  beforeAll(async () => {
    const { folder: server } = await startMariaDb()
    access = { socketPath: join(server, 'socket'), user: 'root', database: 'recipes', connectionLimit: 2 }
    const admin = await promises.createConnection({ ...access, database: '' })
    await admin.query('CREATE DATABASE recipes')
    await admin.end()
    ;({ keepRequests } = await recipes.load('mysql2'))
  })
  afterAll(() => mariadb.stop())

  for (const method of ['query', 'execute'] as const)
    behaves(`mysql2 ${method}`, () => {
      const pool = keepRequests(promises.createPool(access))
      const run = (on: promises.Connection | promises.Pool, text: string) =>
        method === 'query' ? on.query(text) : on.execute(text)
      return {
        run: (text) => run(pool, text),
        async transaction(...statements) {
          const client = await pool.getConnection()
          try {
            await client.beginTransaction()
            await inTurn((text) => run(client, text), statements)
            await client.commit()
          } catch (error) {
            await client.rollback()
            throw error
          } finally {
            client.release()
          }
        },
        close: () => pool.end(),
      }
    })

  behaves('drizzle over mysql2', () => {
    const pool = keepRequests(promises.createPool(access))
    const db = drizzleMySql(pool)
    return {
      run: (text) => db.execute(sql.raw(text)),
      transaction: (...statements) =>
        db.transaction((tx) => inTurn((text) => tx.execute(sql.raw(text)), statements)),
      close: () => pool.end(),
    }
  })

  behaves('kysely over mysql2', () => {
    const db = new Kysely<unknown>({
      dialect: new MysqlDialect({ pool: keepRequests(mysql.createPool(access)) }),
    })
    return {
      run: (text) => kyselySql.raw(text).execute(db),
      transaction: (...statements) =>
        db.transaction().execute((tx) => inTurn((text) => kyselySql.raw(text).execute(tx), statements)),
      close: () => db.destroy(),
    }
  })

  behaves('Sequelize over mysql2', () => {
    const { socketPath, user, database } = access
    const db = new Sequelize(database, user, '', {
      dialect: 'mysql',
      dialectModule: mysql,
      dialectOptions: { socketPath },
      logging: false,
      pool: { max: 2, idle: 600_000 },
    })
    return {
      run: (text) => db.query(text),
      transaction: (...statements) =>
        db.transaction((transaction) => inTurn((text) => db.query(text, { transaction }), statements)),
      close: () => db.close(),
    }
  })

  behaves('TypeORM over mysql2', async () => {
    const { socketPath, user: username, database } = access
    const db = await new DataSource({
      type: 'mysql',
      username,
      database,
      socketPath,
      poolSize: 2,
      driver: mysql,
    }).initialize()
    return {
      run: (text) => db.query(text),
      transaction: (...statements) => db.transaction((tx) => inTurn((text) => tx.query(text), statements)),
      close: () => db.destroy(),
    }
  })

  behaves('knex over mysql2', () => {
    const { connectionLimit: max, ...to } = access
    return libraryOf(knex({ client: 'mysql2', connection: to, pool: { min: 0, max } }))
  })
})

describe('over SQLite', () => {
  if (betterSqlite3.missing) return test.skip(`not run: ${betterSqlite3.missing}`)
  let TimedDatabase: new (path: string) => import('better-sqlite3').Database
  beforeAll(async () => void ({ TimedDatabase } = await recipes.load('better-sqlite3')))

  behaves(
    'better-sqlite3',
    () => {
      const db = new TimedDatabase(':memory:')
      const run = (text: string): unknown =>
        /^SELECT/.test(text) ? db.prepare(text).all() : db.prepare(text).run()
      return {
        run,
        transaction: (...statements) => db.transaction(() => statements.forEach((text) => void run(text)))(),
        close: () => db.close(),
      }
    },
    false,
  )

  behaves(
    'drizzle over better-sqlite3',
    () => {
      const client = new TimedDatabase(':memory:')
      const db = drizzleSqlite(client)
      const run = (on: Pick<typeof db, 'run' | 'all'>, text: string): unknown =>
        /^SELECT/.test(text) ? on.all(sql.raw(text)) : on.run(sql.raw(text))
      return {
        run: (text) => run(db, text),
        transaction: (...statements) =>
          db.transaction((tx) => statements.forEach((text) => void run(tx, text))),
        close: () => client.close(),
      }
    },
    false,
  )

  behaves(
    'kysely over better-sqlite3',
    () => {
      const db = new Kysely<unknown>({
        dialect: new SqliteDialect({ database: new TimedDatabase(':memory:') }),
      })
      return {
        run: (text) => kyselySql.raw(text).execute(db),
        transaction: (...statements) =>
          db.transaction().execute((tx) => inTurn((text) => kyselySql.raw(text).execute(tx), statements)),
        close: () => db.destroy(),
      }
    },
    false,
  )

  behaves(
    'knex over better-sqlite3',
    () => openKnex({ client: 'better-sqlite3', connection: ':memory:', useNullAsDefault: true }, 'sqlite'),
    false,
  )
})

async function openKnex(config: Knex.Config, dialect: string): Promise<Library> {
  const { timeKnex } = await recipes.load('knex')
  return libraryOf(timeKnex(knex(config), dialect))
}

function libraryOf(db: Knex): Library {
  return {
    run: (text) => db.raw(text),
    transaction: (...statements) => db.transaction((tx) => inTurn((text) => tx.raw(text), statements)),
    close: () => db.destroy(),
  }
}
