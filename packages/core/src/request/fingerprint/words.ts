import { DOLLAR, DOT, HASH, isDigit, isLetter, isSpace, MINUS, PLUS } from './characters.js'

const PLAIN_NAME = /^[A-Za-z_]\w*$/
const PLAIN_WORD = /^[\p{L}_#$][\p{L}\p{M}\p{N}_$#]*$/u

/** Whether a quoted name can be nothing but a name. */
export function isPlainName(content: string): boolean {
  return PLAIN_NAME.test(content)
}

/** Whether a bare word is one in every dialect: some take odd characters for spaces or marks. */
export function isPlainWord(word: string): boolean {
  return PLAIN_WORD.test(word)
}

/** @param hasHash whether a `#` is a letter */
export function isWordPart(code: number, hasHash: boolean): boolean {
  return isLetter(code) || isDigit(code) || code === DOLLAR || (hasHash && code === HASH)
}

/** Where the word ends whose first character is at `at`. */
export function endOfWord(sql: string, at: number, hasHash: boolean): number {
  let end = at + 1
  while (isWordPart(sql.charCodeAt(end), hasHash)) end++
  return end
}

/** Where the number ends that has come to `at`. Takes letters too: `0xff`, `1e5`, `1.5f`, and MySQL's name `1a`. */
export function endOfNumber(sql: string, at: number): number {
  let end = at
  while (isNumberPart(sql, end)) end++
  return end
}

function isNumberPart(sql: string, at: number): boolean {
  const code = sql.charCodeAt(at)
  const isSign = code === PLUS || code === MINUS
  const isExponent = isSign && 'eE'.includes(sql[at - 1] as string)
  if (isExponent) return isDigit(sql.charCodeAt(at + 1))
  return isLetter(code) || isDigit(code) || code === DOT
}

/** Where the digits end that may be at `at`. */
export function endOfDigits(sql: string, at: number): number {
  let end = at
  while (isDigit(sql.charCodeAt(end))) end++
  return end
}

/** Where the white space ends that is at `at`. */
export function endOfSpace(sql: string, at: number): number {
  let end = at
  while (isSpace(sql.charCodeAt(end))) end++
  return end
}
