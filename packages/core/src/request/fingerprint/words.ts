import { DOLLAR, DOT, HASH, isDigit, isLetter, isSpace, MINUS, PLUS } from './characters.js'

const PLAIN_NAME = /^[A-Za-z_]\w*$/
const PLAIN_WORD = /^[\p{L}_#$][\p{L}\p{M}\p{N}_$#]*$/u

/** Whether a quoted text can only be a name. */
export function isPlainName(content: string): boolean {
  return PLAIN_NAME.test(content)
}

/** Whether this is one word in every dialect. Some dialects take unusual characters for spaces or marks. */
export function isPlainWord(word: string): boolean {
  return PLAIN_WORD.test(word)
}

/** Whether the character can stand inside a word. @param hasHash whether a `#` can */
export function isWordPart(code: number, hasHash: boolean): boolean {
  return isLetter(code) || isDigit(code) || code === DOLLAR || (hasHash && code === HASH)
}

/** Returns the end of the word that starts at `at`. */
export function endOfWord(sql: string, at: number, hasHash: boolean): number {
  let end = at + 1
  while (isWordPart(sql.charCodeAt(end), hasHash)) end++
  return end
}

/** Returns the end of the number whose first part ends at `at`. Includes letters: `0xff`, `1e5`, `1.5f`, MySQL's name `1a`. */
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

/** Returns the end of the digits at `at`; `at` if there are none. */
export function endOfDigits(sql: string, at: number): number {
  let end = at
  while (isDigit(sql.charCodeAt(end))) end++
  return end
}

/** Returns the end of the white space at `at`. */
export function endOfSpace(sql: string, at: number): number {
  let end = at
  while (isSpace(sql.charCodeAt(end))) end++
  return end
}
