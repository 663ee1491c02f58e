import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { request } from './fixtures/database.js'
import { connection, postgres, postgresLog, startPostgres } from './fixtures/databases/postgres.js'
import { writeRecipes } from './fixtures/recipes.js'

// The pool of docs/other-databases.md, as it stands there.

describe('the pool of the recipe for pg', () => {
  if (postgres.missing) return test.skip(`not run: ${postgres.missing}`)

  const recipes = writeRecipes('pool')
  let pool: pg.Pool
  let log: ReturnType<typeof postgresLog>
  beforeAll(async () => {
    const server = await startPostgres()
    log = postgresLog(server.log)
    const { host, user, database } = connection(server.folder)
    Object.assign(process.env, { PGHOST: host, PGUSER: user, PGDATABASE: database })
    const { TimedClient, TimedPool } = await recipes.load('pg')
    pool = new TimedPool({ Client: TimedClient, max: 2 })
    await pool.query('CREATE TABLE post (id INT PRIMARY KEY, title TEXT)')
  })
  afterAll(async () => {
    await pool.end()
    await postgres.stop()
    recipes.remove()
  })

  test('counts statements, failed ones too, and transaction control as time only', async () => {
    log.clear()
    const { footprint } = await request(async () => {
      await pool.query("INSERT INTO post VALUES (1, 'secret')")
      await pool.query({ text: 'SELECT * FROM post WHERE id = $1', values: [1] })
      const client = await pool.connect()
      await client.query('BEGIN')
      await client.query('SAVEPOINT s')
      await client.query('SELECT count(*) FROM post WHERE id = $1', [7])
      await client.query('COMMIT')
      client.release()
      await pool.query("INSERT INTO post VALUES (1, 'again')").catch(() => {})
    })
    expect(footprint).toMatchObject({ sql_count: 4, sql_errors: 1 })
    expect(log.statements).toHaveLength(4)
    expect(JSON.stringify(footprint)).not.toContain('secret')
  })

  test('gives each request its own, also those that wait for a connection', async () => {
    const requests = Array.from({ length: 40 }, (_, i) =>
      request(async () => {
        await sleep(1)
        await Promise.all(Array.from({ length: i % 5 }, () => pool.query('SELECT pg_sleep(0.001)')))
      }),
    )
    const counts = (await Promise.all(requests)).map(({ footprint }) => footprint.sql_count)
    expect(counts).toEqual(counts.map((_, i) => i % 5))
  })

  test('counts waiting for a connection as time', async () => {
    const held = await Promise.all([pool.connect(), pool.connect()])
    const asked = request(() => pool.query('SELECT 1'))
    await sleep(50)
    for (const client of held) client.release()
    const { footprint } = await asked
    expect(footprint.sql_count).toBe(1)
    expect(footprint.sql_time).toBeGreaterThan(footprint.sql_slowest_time as number)
    expect(footprint.sql_time).toBeGreaterThan(footprint.node_time)
  })

  test("does not count pg's own streams", async () => {
    const client = await pool.connect()
    const query = new pg.Query('SELECT 1 AS one')
    const ended = once(query as never, 'end')
    expect(client.query(query)).toBe(query)
    await ended
    client.release()
  })

  test('works outside requests', async () => {
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  })
})
