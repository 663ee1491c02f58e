import fc from 'fast-check'
import type { SqlDialect } from '../src/index.js'
import { fingerprint } from '../src/request/fingerprint.js'
import { doubled, SHOWN_VALUE, secret, statement } from './sql/grammar.js'
import { grammars } from './sql/grammars.js'

const dialects: readonly (SqlDialect | undefined)[] = [undefined, ...grammars.map(({ dialect }) => dialect)]

describe.each(grammars)('a statement of $dialect', (grammar) => {
  const { dialect } = grammar

  test.each([dialect, undefined])('shows no value, read as %s, wherever it is cut', (said) => {
    fc.assert(
      fc.property(statement(grammar), fc.nat(), (sql, at) => {
        const cut = sql.slice(0, at % (sql.length + 1))
        for (const text of [sql, cut]) expect(fingerprint(text, said)).not.toMatch(SHOWN_VALUE)
      }),
      { numRuns: 1_500 },
    )
  })

  test.each([dialect, undefined])('shows no value, read as %s, where a long one is cut', (said) => {
    fc.assert(
      fc.property(statement(grammar, 'shown'), fc.integer({ min: 2_700, max: 3_000 }), (sql, fill) => {
        const long = sql.replace(/^\w+/, (verb) => `${verb} ${'f(), '.repeat(fill).slice(0, fill)} `)
        expect(fingerprint(long, said)).not.toMatch(SHOWN_VALUE)
      }),
      { numRuns: 100 },
    )
  })

  test.each(Object.entries(grammar.literals))('hides %s and goes on after it', (_, write) => {
    const literal = write('zqx')
    expect(
      fingerprint(`SELECT a FROM t WHERE a = ${literal} AND b IN (${literal}, 'zqx') ORDER BY a`, dialect),
    ).toMatch(/^SELECT a FROM t WHERE a = .*\?.* AND b IN \(.*\) ORDER BY a$/)
  })

  test('is the same for all values, in a plain string', () => {
    fc.assert(
      fc.property(secret, (text) => {
        const sql = `SELECT a FROM t WHERE a = ${doubled(text.replaceAll('\\', ''), "'")} ORDER BY a`
        expect(fingerprint(sql, dialect)).toBe('SELECT a FROM t WHERE a = ? ORDER BY a')
      }),
      { numRuns: 200 },
    )
  })
})

// What once showed, or could.
test.each([
  ['TRIM(LEADING CHAR(48) FROM "zqx")'],
  ['TRIM(LEADING (SELECT 1 FROM t) FROM "zqx")'],
  ['TRIM(REPLACE(a, b, c) FROM "zqx")'],
  ['SUBSTRING(CONCAT(a, (b)) FROM "zqx")'],
  ['name = "zqx" AND id = $1'],
  ['a IS NOT DISTINCT FROM "zqx"'],
  ['a = 1."zqx"'],
  ["[a]]'b] = 'zqx'"],
  ["a = ['b]', 'zqx']"],
  ["a = 1 --it's\r AND b = zqx'"],
  ["a = 1 -- it's\r AND b = 'zqx'"],
  ['a = 1 --; SET x =\n zqx'],
  ["a #>'{ \n AND b = 'zqx'"],
  ["a # it's \n AND b = 'zqx'"],
  [`a = 1 /*! "*/ zqx" */`],
  [`a = 1 /*+ SET_VAR(a = "*/ zqx") */`],
  ["a = 1 /* /* */ 'zqx' */"],
  ["a = 'b\\' AND c = 'zqx'"],
  ['a = "b\\" AND c = "zqx"'],
  ["a = E'b\\' AND c = zqx'"],
  ["a = q'[it's zqx]'"],
  ["a = Nq'(it's zqx)'"],
  ["a = \u00a0q'[it's zqx]'"],
  ["a = $b$it's zqx$b$"],
  ["a = 1$$it's zqx$$"],
  ['a = £7'],
  ['a = 0x7a7178'],
  ['a = @`zqx 7`'],
  ['a = 1; SET x = zqx'],
  ['a = 1; ALTER USER u IDENTIFIED BY zqx'],
  ['a = 1 EXEC p zqx'],
  ["a = 'zqx"],
  ['a = "zqx'],
  ['a = `zqx 7'],
  ['a = [zqx 7'],
  ['a = $$zqx'],
  ['a = /* zqx'],
])('WHERE %s shows no value, without its dialect, wherever it is cut', (condition) => {
  const sql = `SELECT a FROM t WHERE ${condition}`
  for (let end = 1; end <= sql.length; end++) {
    expect(fingerprint(sql.slice(0, end))).not.toMatch(SHOWN_VALUE)
  }
})

test.each([
  ['SET x = zqx', 'SET …'],
  ['PREPARE s FROM "zqx"', 'PREPARE …'],
  ['CREATE USER u IDENTIFIED WITH x AS "zqx"', 'CREATE …'],
  ['ALTER USER u IDENTIFIED BY zqx', 'ALTER …'],
  ['PRAGMA key = zqx', 'PRAGMA …'],
  ['EXEC p zqx', 'EXEC …'],
  ['sp_addlogin zqx', 'sp_addlogin …'],
  ["'zqx'", '?…'],
  ['{ call p(zqx) }', '?…'],
  ['BEGIN', 'BEGIN'],
])('%s shows its first word alone', (sql, expected) => {
  for (const dialect of dialects) {
    expect(fingerprint(sql, dialect)).toBe(expected)
    for (let end = 1; end < sql.length; end++)
      expect(fingerprint(`${sql.slice(0, end)} `, dialect)).not.toMatch(SHOWN_VALUE)
  }
})

test('an unknown dialect is read as none', () => {
  const sql = 'SELECT "a" FROM t'
  for (const name of ['toString', '__proto__', 'mongodb', 7, null, { toString: 0 }])
    expect(fingerprint(sql, name as unknown as SqlDialect)).toBe(fingerprint(sql))
})
