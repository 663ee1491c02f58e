import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Grammar } from '../../core/test/sql/grammar.js'
import { secret } from '../../core/test/sql/grammar.js'
import { mysql, postgres as postgresGrammar, sqlite } from '../../core/test/sql/grammars.js'
import { libsql } from './fixtures/databases/libsql.js'
import { mariadb } from './fixtures/databases/mariadb.js'
import { pglite } from './fixtures/databases/pglite.js'
import { postgres } from './fixtures/databases/postgres.js'

// The grammars that core's fingerprints are tested by write what the databases read.

interface Connection {
  queryRaw(query: { sql: string; args: []; argTypes: [] }): Promise<{ rows: unknown[][] }>
  dispose(): Promise<void>
}

const texts = fc.sample(secret, { numRuns: 60, seed: 7 })

describe.each([
  [postgres, postgresGrammar],
  [pglite, postgresGrammar],
  [mariadb, mysql],
  [libsql, sqlite],
] as const)('$name', (database, grammar: Grammar) => {
  if ('missing' in database && database.missing) return test.skip(`not run: ${database.missing}`)

  let connection: Connection
  let remove: () => Promise<void> | void
  const query = async (sql: string) =>
    (await connection.queryRaw({ sql, args: [], argTypes: [] })).rows[0]?.[0]
  beforeAll(async () => {
    const opened = await database.open()
    remove = opened.remove
    connection = (await opened.adapter.connect()) as Connection
    if (database === mariadb) await query("SET SESSION sql_mode = ''")
  })
  afterAll(async () => {
    await connection?.dispose()
    await remove?.()
    await database.stop()
  })

  test.each(Object.entries(grammar.literals))('reads %s as the text it was written for', async (_, write) => {
    if (write('zqx') === write('zqy')) return // always the same
    for (const text of texts) {
      const literal = write(text)
      if (database === libsql && (literal?.startsWith('"') || literal?.includes('"zqx"'))) return // it was built without strings in double quotes
      if (literal !== undefined) expect(String(await query(`SELECT ${literal} AS v`))).toBe(text)
    }
  })

  test.each(Object.entries(grammar.asides))('leaves %s out', async (name, write) => {
    const expected = name === 'comment that runs' ? 0 : 7 // this one is a condition
    for (const text of texts) expect(Number(await query(`SELECT 7 ${write(text)} AS v`))).toBe(expected)
  })
})
