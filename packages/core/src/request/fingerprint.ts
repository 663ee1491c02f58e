import { AgingCache } from './fingerprint/aging-cache.js'
import { isSqlDialect, type SqlDialect } from './fingerprint/dialect.js'
import { Reader } from './fingerprint/reader.js'

const MAX_CHARS = 200
/** What is read of a statement. */
const MAX_SQL_CHARS = 3_000
/** What an ORM gives in place of a statement, such as `Post.findMany`. */
const NAME = /^\$?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?$/
/** Of a dialect: about 1,000 long statements, or 10,000 ordinary ones, and as many that were used before. */
const CACHED_CHARS = 3_000_000
const caches = new Map<SqlDialect | undefined, AgingCache>()

/**
 * A statement's text without any value: literals and placeholders become `?`, comments go, lists of them and long
 * column lists are folded, at most 200 characters and an ellipsis. Statements that differ in values only have one
 * fingerprint; a name such as `Post.findMany` is its own.
 * @param dialect without it, or with an unknown one, all that is a value in some dialect is hidden
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
