import { isSpace } from './characters.js'
import type { Syntax } from './dialect.js'

/** The rest of a line after which every dialect is in the same state, whether this is a comment or code. */
const SURE_LINE = /^[\w\s.,=:>]*$/
/** Comments that MySQL or MariaDB run as code. */
const RUN_COMMENT = /\/\*M?!/y

/** How the two dashes at `at` are read: every dialect takes them for a comment where a space follows. */
export function readingOfDashes(sql: string, at: number, { dashes }: Syntax): Syntax['dashes'] {
  const after = sql.charCodeAt(at + 2)
  return Number.isNaN(after) || isSpace(after) ? 'comment' : dashes
}

/**
 * Where the line with the comment at `at` ends; `undefined` where dialects disagree, as they do on whether a carriage
 * return alone ends it.
 */
export function endOfLineComment(sql: string, at: number, isSurelyComment: boolean): number | undefined {
  const newline = sql.indexOf('\n', at)
  const end = newline < 0 ? sql.length : newline
  const line = sql.slice(at, end)
  const carriageReturn = line.indexOf('\r')
  if (carriageReturn >= 0 && carriageReturn < line.length - 1) return undefined
  return isSurelyComment || SURE_LINE.test(line.replace(/^(?:#|--)/, '')) ? end : undefined
}

/** Where the block comment at `at` ends; `undefined` where dialects disagree, as they do on comments in comments. */
export function endOfBlockComment(sql: string, at: number): number | undefined {
  RUN_COMMENT.lastIndex = at
  if (RUN_COMMENT.test(sql)) return undefined
  const closer = sql.indexOf('*/', at + 2)
  const end = closer < 0 ? sql.length : closer
  const content = sql.slice(at + 2, end)
  const isQuotingHint = content.startsWith('+') && /['"]/.test(content)
  return content.includes('/*') || isQuotingHint ? undefined : end + 2
}
