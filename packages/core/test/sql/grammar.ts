import fc from 'fast-check'
import type { SqlDialect } from '../../src/index.js'

/** How a dialect writes text, and where it can write it so that nobody runs it. */
export interface Grammar {
  readonly dialect: SqlDialect
  /** Expressions that give this text; `undefined` where one cannot write it. */
  readonly literals: Readonly<Record<string, (text: string) => string | undefined>>
  /** Comments and quoted names that hold it. */
  readonly asides: Readonly<Record<string, (text: string) => string>>
  /** Statements; each `~` is an expression, each `^` a place for an aside. */
  readonly statements: readonly string[]
  /** Statements of which only the first word is shown: a bare word may be a value in them. */
  readonly hidden: readonly string[]
}

/** Every part of a text that shows is found by these. */
export const SHOWN_VALUE = /zqx|7/i

/** Texts of all that ends a string or a comment in some dialect. */
export const secret: fc.Arbitrary<string> = fc
  .array(
    fc.constantFrom(
      ...[
        'zqx',
        ' zqx ',
        '7',
        '-7',
        'zqx',
        "'",
        "''",
        '"',
        '`',
        '\\',
        '\\\\',
        '[',
        ']',
        ']]',
        "]'",
        '--',
        '-- ',
      ],
      ...[
        '#',
        '#>',
        '# ',
        '/*',
        '*/',
        '/*!',
        '$$',
        '$a$',
        '$',
        '\n',
        '\r',
        '(',
        ')',
        ',',
        ';',
        '?',
        '{',
        '}',
        '@',
      ],
      ...[' SELECT ', ' FROM ', ' AS ', '.', ' EXEC ', "q'[", "E'", 'é', '£'],
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => `zqx${parts.join('')}zqx`)

export const hex = (text: string): string => Buffer.from(text).toString('hex')
export const doubled = (text: string, quote: string): string =>
  quote + text.replaceAll(quote, quote + quote) + quote
export const escaped = (text: string, quote: string): string =>
  quote + text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`).replaceAll('\n', '\\n') + quote
export const onOneLine = (text: string): string => text.replace(/[\r\n]/g, '')
export const outOfComments = (text: string): string => text.replace(/[*/]/g, '')
export const codes = (text: string, write: (code: number) => string, join: string): string =>
  [...text].map((char) => write(char.codePointAt(0) as number)).join(join)

/** Statements of the standard. */
export const STATEMENTS: readonly string[] = [
  'SELECT a ^FROM t WHERE a = ~ AND a IN (~, ^~) OR NOT (a <> ~)',
  'SELECT a, CASE WHEN a = ~^ THEN ~ ELSE ~ END AS b FROM t ORDER BY a',
  'SELECT a FROM (SELECT ~ AS a^) s WHERE a LIKE ~',
  'INSERT INTO t (a, b) ^VALUES (~, ~), (~, ~^)',
  'UPDATE t SET a = ~, b = ~^ WHERE a BETWEEN ~ AND ~',
  'DELETE FROM t ^WHERE a >= ~ AND b IS NOT NULL',
  'SELECT count(*) FROM t ^GROUP BY a HAVING a = ~ UNION SELECT ~ FROM t^',
  'WITH c AS (SELECT ~ AS a FROM t) SELECT a FROM c WHERE a <> ~',
]

/** A statement of the grammar with texts in it. */
export function statement(
  { literals, asides, statements, hidden }: Grammar,
  kinds: 'shown' | 'all' = 'all',
): fc.Arbitrary<string> {
  const write = (writers: Grammar['literals'], otherwise: string): fc.Arbitrary<string> =>
    fc.tuple(fc.constantFrom(...Object.values(writers)), secret).map(([by, text]) => by(text) ?? otherwise)
  const literal = fc.oneof(write(literals, 'NULL'), fc.constantFrom('-7', '.7e-7', '7.5E+7', '77'))
  const aside = fc.option(write(asides, ' '), { nil: ' ' })
  const templates = kinds === 'all' ? [...statements, ...statements, ...hidden] : statements
  return fc
    .tuple(
      fc.constantFrom(...templates),
      fc.array(literal, { minLength: 6 }),
      fc.array(aside, { minLength: 2 }),
    )
    .map(([template, texts, others]) => {
      let used = 0
      return template.replace(/[~^]/g, (place) => {
        used++
        return (place === '~' ? texts[used % texts.length] : others[used % others.length]) as string
      })
    })
}
