import fc from 'fast-check'
import type { SqlDialect } from '../src/index.js'
import { fingerprint } from '../src/request/fingerprint.js'

// Values are made of these, so that any part of one that survives shows as "zqx" or as a digit.
const value = fc
  .array(
    fc.constantFrom(
      'zqx',
      'zqx',
      ' zqx ',
      "'",
      '"',
      '`',
      '\\',
      '--',
      '#',
      '/*',
      '*/',
      '$$',
      '$a$',
      '\n',
      '(',
      ',',
      '?',
      '7',
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => `zqx${parts.join('')}zqx`)

const hex = (text: string): string => Buffer.from(text).toString('hex')
const ansi = (text: string): string => `'${text.replaceAll("'", "''")}'`
const escaped = (text: string, quote: string): string =>
  quote + text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`).replaceAll('\n', '\\n') + quote
const doubled = (text: string, quote: string): string =>
  quote + text.replaceAll('\\', '\\\\').replaceAll(quote, quote + quote) + quote
const block = (text: string): string => ` /* ${text.replaceAll('*/', '').replaceAll('/*', '')} */ `
const nested = (text: string): string =>
  ` /* a /* ${text.replaceAll('*/', '').replaceAll('/*', '')} */ zqx's */ `
const line = (mark: string, text: string): string => `${mark}${text.replaceAll('\n', '')}\n`

const everyDialect = [
  ansi,
  (text: string) => `X'${hex(text)}'`,
  () => '-7',
  () => '.7e-7',
  () => '7.5E+7',
  block,
  (text: string) => line('-- ', text),
]
const dialects: Record<string, ((text: string) => string)[]> = {
  'ANSI and SQLite': [
    ...everyDialect,
    (text) => line('--', text),
    () => `"zqx"`,
    (text) => doubled(text.replaceAll('\\', ''), '"'),
    () => 'a IS NOT DISTINCT FROM "zqx"',
    () => `[it's] = 'zqx'`,
  ],
  PostgreSQL: [
    ...everyDialect,
    (text) => `E${escaped(text, "'")}`,
    (text) => `E${doubled(text, "'")}`,
    (text) => `U&${ansi(text)}`,
    (text) => `$$${text.replaceAll('$', '')}$$`,
    (text) => `$tag$${text.replaceAll('$tag$', '')}$tag$`,
    (text) => `$té1$${text.replaceAll('$té1$', '')}$té1$`,
    (text) => `a # length($$\n${text.replaceAll('$', '')}$$)`,
    () => "doc #>> '{zqx}'",
    (text) => line('--', text),
    nested,
    () => '0b77',
    () => '7_777.7',
  ],
  MySQL: [
    ...everyDialect.slice(1),
    (text) => escaped(text, "'"),
    (text) => escaped(text, '"'),
    (text) => doubled(text, "'"),
    (text) => doubled(text, '"'),
    () => '"zqx"',
    () => "'zqx'",
    (text) => `_latin${escaped(text, "'")}`,
    (text) => `0x${hex(text)}`,
    () => '0b77',
    (text) => line('# ', text),
    (text) => line('#', `${text.replaceAll('zqx', '').replace('>', '')}'zqx`),
    (text) => line('#- ', `don't ${text.replaceAll('zqx', '')}`),
    () => `a$b$ = '$b$ zqx'`,
    () => 'trim(LEADING "zqx" FROM "zqx")',
    () => '7--7',
  ],
  'SQL Server': [
    ...everyDialect,
    () => `[Author's name] = 'zqx'`,
    (text) => `N${ansi(text)}`,
    (text) => `0x${hex(text)}`,
    (text) => line('--', text),
  ],
  Oracle: [
    ...everyDialect,
    (text) => `q'[${text.replaceAll("]'", '')}]'`,
    (text) => `nQ'{${text.replaceAll("}'", '')}}'`,
  ],
}

describe('fingerprint', () => {
  it.each(Object.entries(dialects))('lets no value of %s through, wherever it stands', (_, writers) => {
    const literal = fc.tuple(fc.constantFrom(...writers), value).map(([write, text]) => write(text))
    const between = fc.constantFrom(
      ' = ',
      ' AND b = ',
      ', ',
      ' IN (',
      ') OR c > ',
      '\n',
      ' LIKE ',
      ' - ',
      '+',
      '||',
      '"col" = ',
      ' "t"."c" ',
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(between, literal), { minLength: 1, maxLength: 6 }), (parts) => {
        const sql = `SELECT a FROM t WHERE a${parts.flat().join('')} ORDER BY a`
        const made = fingerprint(sql)
        expect(made).not.toMatch(/zqx|\d/i)
        expect(made).toMatch(/^SELECT a FROM t WHERE a/)
      }),
      { numRuns: 1000 },
    )
  })

  it('is one for statements that differ in values only', () => {
    const write = (name: string, ids: readonly number[], negative: number): string =>
      `SELECT * FROM t WHERE name = ${ansi(name)} AND id IN (${ids.join(', ')}) AND x > ${negative}`
    fc.assert(
      fc.property(
        fc.string().map((text) => text.replaceAll('\\', '')),
        fc.array(fc.nat(), { minLength: 1 }),
        fc.integer(),
        (name, ids, x) => {
          expect(fingerprint(write(name, ids, x))).toBe(
            'SELECT * FROM t WHERE name = ? AND id IN (?, …) AND x > ?',
          )
        },
      ),
    )
  })

  it.each([
    [
      'SELECT `main`.`Post`.`id` FROM `main`.`Post` WHERE `main`.`Post`.`authorId` = ? LIMIT ?',
      'SELECT Post.id FROM Post WHERE Post.authorId = ? LIMIT ?',
    ],
    [
      'SELECT "id", "title" FROM "Post" WHERE "authorId" = $1',
      'SELECT id, title FROM Post WHERE authorId = ?',
      'postgres',
    ],
    [
      'INSERT INTO "public"."User" ("email","name") VALUES ($1,$2),($3,$4) RETURNING "public"."User"."id"',
      'INSERT INTO User (email,name) VALUES (?, …), … RETURNING User.id',
      'postgres',
    ],
    [
      'SELECT * FROM t WHERE a IN (@P1, @P2) AND b = :1 AND c = ?3',
      'SELECT * FROM t WHERE a IN (?, …) AND b = ? AND c = ?',
    ],
    [
      'SELECT COUNT(*) AS "n" FROM (SELECT "a"."b" FROM "a" WHERE x = 1) AS "sub"',
      'SELECT COUNT(*) AS n FROM (SELECT a.b FROM a WHERE x = ?) AS sub',
    ],
    [
      'SELECT  a\n  FROM t -- why\n  WHERE /* here */ t1.col2 = utf8_bin',
      'SELECT a FROM t WHERE t1.col2 = utf8_bin',
    ],
    ['SELECT * FROM t WHERE a IN ($1::uuid, $2::uuid)', 'SELECT * FROM t WHERE a IN (?, …)'],
    ['SELECT lower(?) FROM t', 'SELECT lower(?) FROM t'],
    ["UPDATE t SET a = a-1, doc = doc #>> '{a}'", 'UPDATE t SET a = a-?, doc = doc #>> ?', 'postgres'],
    [
      `SELECT a FROM t WHERE ("t"."doc"#>ARRAY[$1,$2]::text[])::jsonb = $3 AND doc #>> '{a}' = 'b' AND c = $4`,
      'SELECT a FROM t WHERE (t.doc#>ARRAY[?,?]::text[])::jsonb = ? AND doc #>> ? = ? AND c = ?',
      'postgres',
    ],
    ["SELECT [User].[id], ARRAY['a'], b[i] FROM [User]", 'SELECT [User].[id], ARRAY[?], b[i] FROM [User]'],
    ['Post.findMany', 'Post.findMany'],
  ] as const)('keeps the names of %s', (sql, expected, dialect?: SqlDialect) => {
    expect(fingerprint(sql, dialect)).toBe(expected)
  })

  it('keeps a name in double quotes only where no string can stand, unless the dialect says that it is one', () => {
    expect(fingerprint('SELECT "a" FROM "t" WHERE "a" = "b" AND "t"."c" = ?')).toBe(
      'SELECT ? FROM t WHERE ? = ? AND t.c = ?',
    )
    expect(fingerprint(`SELECT a FROM t WHERE a = "b" AND c = 'costs $1'`)).toBe(
      'SELECT a FROM t WHERE a = ? AND c = ?',
    )
  })

  it('folds long column lists, but none with a subquery', () => {
    const columns = Array.from({ length: 30 }, (_, i) => `column_${i}`).join(', ')
    expect(fingerprint(`SELECT DISTINCT ${columns} FROM t`)).toBe('SELECT DISTINCT … FROM t')
    expect(fingerprint(`SELECT (SELECT count(*) FROM u), ${columns} FROM t`)).toMatch(
      /^SELECT \(SELECT count\(\*\) FROM u\)/,
    )
  })

  it('has at most 200 characters and an ellipsis, and folds lists of any length', () => {
    expect(fingerprint(`SELECT ${'f(a) + '.repeat(100)}b`)).toHaveLength(201)
    for (const items of [2, 500, 5000]) {
      expect(fingerprint(`DELETE FROM t WHERE id IN (${Array(items).fill("'zqx'").join(',')})`)).toBe(
        'DELETE FROM t WHERE id IN (?, …)',
      )
    }
  })

  it('lets nothing through where a long statement is cut', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(dialects).flat()),
        value,
        fc.integer({ min: 9_900, max: 10_000 }),
        (write, text, fill) => {
          const sql = `SELECT ${'f(), '.repeat(fill).slice(0, fill)} ${write(text)}`
          expect(fingerprint(sql)).not.toMatch(/zqx|\d/)
        },
      ),
    )
  })

  it('takes time in proportion to the length, also for input that is made to be slow', () => {
    for (const part of [
      "'",
      '"',
      '/*',
      '$a$',
      '(?,',
      '(?',
      '(?::a,',
      "''",
      '\\',
      '--',
      "#'",
      '[a',
      'a$',
      '1e',
      '-',
      'select ',
      ' ',
    ]) {
      fingerprint(part.repeat(10_000))
    }
  })

  it('gives the same again from its cache, and when that is full', () => {
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 1200; i++)
        expect(fingerprint(`SELECT a FROM t WHERE id = ${i}`)).toBe('SELECT a FROM t WHERE id = ?')
    }
  })
})
