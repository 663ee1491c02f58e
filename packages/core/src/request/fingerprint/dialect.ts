/** The SQL dialect of a statement: `'postgres'` for CockroachDB too, `'mysql'` for MariaDB too. */
export type SqlDialect = 'postgres' | 'mysql' | 'sqlite' | 'sqlserver' | 'oracle'

/**
 * How a dialect reads what other dialects read differently. `'unsure'` belongs to an unknown dialect: the text that
 * starts there may be code in one dialect and a value in another.
 */
export interface Syntax {
  /** What double quotes enclose: a name, a string, or either, depending on settings or the place in the statement. */
  readonly doubleQuotes: 'name' | 'string' | 'either'
  /** Whether a backslash may escape a quote in a string, which depends on the server's settings. */
  readonly hasBackslash: boolean
  readonly backticks: 'name' | 'unsure'
  readonly brackets: 'name' | 'code' | 'unsure'
  /** Whether a name in brackets may hold `]]`. */
  readonly hasDoubledBracket: boolean
  /** `$tag$…$tag$` */
  readonly dollarQuotes: 'string' | 'code' | 'unsure'
  /** `q'[…]'` */
  readonly qQuotes: 'string' | 'code' | 'unsure'
  /** What a `#` is: the start of a comment, an operator (`'code'`), or a letter of a name. */
  readonly hash: 'comment' | 'code' | 'letter' | 'unsure'
  /** What `--` starts if no space follows. */
  readonly dashes: 'comment' | 'code' | 'unsure'
  /** Whether a string may stand without quotes, as in `EXEC p secret`. */
  readonly hasBareStrings: boolean
}

const ANSI: Syntax = {
  doubleQuotes: 'name',
  hasBackslash: false,
  backticks: 'unsure',
  brackets: 'code',
  hasDoubledBracket: false,
  dollarQuotes: 'code',
  qQuotes: 'code',
  hash: 'code',
  dashes: 'comment',
  hasBareStrings: false,
}

const DIALECTS: Readonly<Record<SqlDialect, Syntax>> = {
  // https://www.postgresql.org/docs/current/sql-syntax-lexical.html; escapes: E'…', standard_conforming_strings
  postgres: { ...ANSI, hasBackslash: true, dollarQuotes: 'string' },
  // https://dev.mysql.com/doc/refman/8.4/en/language-structure.html; settings: ANSI_QUOTES, NO_BACKSLASH_ESCAPES
  mysql: {
    ...ANSI,
    doubleQuotes: 'string',
    hasBackslash: true,
    backticks: 'name',
    hash: 'comment',
    dashes: 'code',
  },
  // https://www.sqlite.org/quirks.html#dblquote
  sqlite: { ...ANSI, doubleQuotes: 'either', backticks: 'name', brackets: 'name' },
  // https://learn.microsoft.com/sql/t-sql/data-types/constants-transact-sql; setting: QUOTED_IDENTIFIER
  sqlserver: {
    ...ANSI,
    doubleQuotes: 'either',
    brackets: 'name',
    hasDoubledBracket: true,
    hash: 'letter',
    hasBareStrings: true,
  },
  // https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/Literals.html
  oracle: { ...ANSI, qQuotes: 'string', hash: 'letter' },
}

const UNKNOWN: Syntax = {
  doubleQuotes: 'either',
  hasBackslash: true,
  backticks: 'unsure',
  brackets: 'unsure',
  hasDoubledBracket: false,
  dollarQuotes: 'unsure',
  qQuotes: 'unsure',
  hash: 'unsure',
  dashes: 'unsure',
  hasBareStrings: true,
}

/** Whether this is the name of a known dialect. */
export function isSqlDialect(name: string | undefined): name is SqlDialect {
  return typeof name === 'string' && Object.hasOwn(DIALECTS, name)
}

/** Returns the syntax of a dialect. Without a dialect, everything that is a value in any dialect counts as a value. */
export function syntaxOf(dialect: SqlDialect | undefined): Syntax {
  return dialect === undefined ? UNKNOWN : DIALECTS[dialect]
}
