import { isEscaped } from './characters.js'

/** The word before the quote of Oracle's `q'[…]'`, also behind what it may take for a space. */
const Q_PREFIX = /(?:^|[^\w$#])[nN]?[qQ]$/
const Q_CLOSERS: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}', '<': '>' }
const DOLLAR_TAG = /\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$/y

// Each end is that behind the closing quote, and lies beyond the statement where that does not come.

/**
 * Where the quoted text at `at` ends.
 * @param mayEscape whether a backslash may escape a quote in it; if one might, the answer is `undefined`
 * @param mayDouble whether two quotes in it are one
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

/** What stands between the quotes; empty where it may have been cut off. */
export function contentOf(sql: string, at: number, end: number): string {
  return end > sql.length ? '' : sql.slice(at + 1, end - 1)
}

/** Whether a quote after this word starts a string such as `q'[…]'`. */
export function isQPrefix(word: string): boolean {
  return Q_PREFIX.test(word)
}

/** Where the string whose opener, as the bracket in `q'[…]'`, is at `at` ends. */
export function endOfQString(sql: string, at: number): number {
  const opener = sql[at] ?? ''
  return endAfter(sql, `${Q_CLOSERS[opener] ?? opener}'`, at + 1)
}

/** The tag that may start a string in dollars at `at`. */
export function dollarTag(sql: string, at: number): string | undefined {
  DOLLAR_TAG.lastIndex = at
  return DOLLAR_TAG.exec(sql)?.[0]
}

/** Where the string in dollars at `at` ends. */
export function endOfDollarString(sql: string, at: number, tag: string): number {
  return endAfter(sql, tag, at + tag.length)
}

function endAfter(sql: string, closer: string, start: number): number {
  const end = sql.indexOf(closer, start)
  return end < 0 ? sql.length + 1 : end + closer.length
}
