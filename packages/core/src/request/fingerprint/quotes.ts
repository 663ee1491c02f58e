import { isEscaped } from './characters.js'

/** The word before the quote of Oracle's `q'[…]'`, also if a character stands before it that Oracle may take for a space. */
const Q_PREFIX = /(?:^|[^\w$#])[nN]?[qQ]$/
const Q_CLOSERS: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}', '<': '>' }
const DOLLAR_TAG = /\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$/y

// Each function that returns an end returns the place behind the closing quote. If there is no closing quote, the end lies
// beyond the statement.

/**
 * Returns the end of the quoted text at `at`.
 * @param mayEscape whether a backslash may escape a quote; if the text has such a backslash, the result is `undefined`
 * @param mayDouble whether two quotes in the text stand for one
 */
export function endOfQuoted(
  sql: string,
  at: number,
  quote: string,
  mayEscape: boolean,
  mayDouble = true,
): number | undefined {
  let end = sql.indexOf(quote, at + 1)
  for (; end >= 0; end = sql.indexOf(quote, end + 2)) {
    if (mayEscape && isEscaped(sql, end)) return undefined
    if (!mayDouble || sql[end + 1] !== quote) return end + 1
  }
  return sql.length + 1
}

/** Returns the text between the quotes; an empty text if the closing quote is missing. */
export function contentOf(sql: string, at: number, end: number): string {
  return end > sql.length ? '' : sql.slice(at + 1, end - 1)
}

/** Whether a quote after this word starts a string such as `q'[…]'`. */
export function isQPrefix(word: string): boolean {
  return Q_PREFIX.test(word)
}

/** Returns the end of the string `q'[…]'` whose opening bracket is at `at`. */
export function endOfQString(sql: string, at: number): number {
  const opener = sql[at] ?? ''
  return endAfter(sql, `${Q_CLOSERS[opener] ?? opener}'`, at + 1)
}

/** Returns the tag at `at` that may start a dollar-quoted string. */
export function dollarTag(sql: string, at: number): string | undefined {
  DOLLAR_TAG.lastIndex = at
  return DOLLAR_TAG.exec(sql)?.[0]
}

/** Returns the end of the dollar-quoted string at `at`. */
export function endOfDollarString(sql: string, at: number, tag: string): number {
  return endAfter(sql, tag, at + tag.length)
}

function endAfter(sql: string, closer: string, start: number): number {
  const end = sql.indexOf(closer, start)
  return end < 0 ? sql.length + 1 : end + closer.length
}
