import { isSpace } from './characters.js'
import type { Syntax } from './dialect.js'

/** A rest of a line that changes nothing for the next line, whether it is a comment or code. */
const SURE_LINE = /^[\w\s.,=:>]*$/
/** The start of a comment that MySQL or MariaDB run as code. */
const RUN_COMMENT = /\/\*M?!/y

/** What the two dashes at `at` start. If a space follows, it is a comment in every dialect. */
export function readingOfDashes(sql: string, at: number, { dashes }: Syntax): Syntax['dashes'] {
  const after = sql.charCodeAt(at + 2)
  return Number.isNaN(after) || isSpace(after) ? 'comment' : dashes
}

/**
 * Returns the end of the line comment at `at`, or `undefined` if the dialects disagree about it. For example, they
 * disagree on whether a carriage return alone ends the line.
 */
export function endOfLineComment(sql: string, at: number, isSurelyComment: boolean): number | undefined {
  const newline = sql.indexOf('\n', at)
  const end = newline < 0 ? sql.length : newline
  const line = sql.slice(at, end)
  const carriageReturn = line.indexOf('\r')
  if (carriageReturn >= 0 && carriageReturn < line.length - 1) return undefined
  return isSurelyComment || SURE_LINE.test(line.replace(/^(?:#|--)/, '')) ? end : undefined
}

/** Returns the end of the block comment at `at`, or `undefined` if the dialects disagree, as on nested comments. */
export function endOfBlockComment(sql: string, at: number): number | undefined {
  RUN_COMMENT.lastIndex = at
  if (RUN_COMMENT.test(sql)) return undefined
  const closer = sql.indexOf('*/', at + 2)
  const end = closer < 0 ? sql.length : closer
  const content = sql.slice(at + 2, end)
  const isQuotingHint = content.startsWith('+') && /['"]/.test(content)
  return content.includes('/*') || isQuotingHint ? undefined : end + 2
}
