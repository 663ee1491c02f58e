import { AgingCache } from './fingerprint/aging-cache.js'
import { isSqlDialect, type SqlDialect } from './fingerprint/dialect.js'
import { Reader } from './fingerprint/reader.js'

const MAX_CHARS = 200
/** No more of a statement is read. */
const MAX_SQL_CHARS = 3_000
/** A name that an ORM reports instead of a statement, such as `Post.findMany`. */
const NAME = /^\$?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?$/
/** For each dialect. This is room for 1,000 long statements or 10,000 ordinary ones, and for as many older ones. */
const CACHED_CHARS = 3_000_000
const caches = new Map<SqlDialect | undefined, AgingCache>()

/**
 * Returns the text of a statement without any value from the data. Literals and placeholders become `?`, comments are
 * left out, and lists of values and long column lists are shortened. The result has at most 200 characters and an
 * ellipsis. Statements that differ only in their values have the same fingerprint. A name such as `Post.findMany`
 * stays as it is.
 * @param dialect if it is missing or unknown, everything that is a value in any dialect is hidden
 */
export function fingerprint(sql: string, dialect?: SqlDialect): string {
  const known = isSqlDialect(dialect) ? dialect : undefined
  const text = sql.length > MAX_SQL_CHARS ? sql.slice(0, MAX_SQL_CHARS + 1) : sql
  return cacheOf(known).getOrMake(text, (key) => make(key, known))
}

function cacheOf(dialect: SqlDialect | undefined): AgingCache {
  const known = caches.get(dialect)
  if (known) return known
  const made = new AgingCache(CACHED_CHARS)
  caches.set(dialect, made)
  return made
}

function make(sql: string, dialect: SqlDialect | undefined): string {
  const isCutOff = sql.length > MAX_SQL_CHARS
  const text = NAME.test(sql) ? sql : new Reader(sql, dialect).read(MAX_CHARS, isCutOff)
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text
}
