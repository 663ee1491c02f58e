// The kinds of characters in a statement, by character code. All dialects agree on them. The code at the end is NaN.

const WORD = new Uint8Array(128)
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_') WORD[char.charCodeAt(0)] = 1

export const DOLLAR = 0x24
export const HASH = 0x23
export const PLUS = 0x2b
export const MINUS = 0x2d
export const DOT = 0x2e

/** Control characters count as white space, because no dialect uses them for anything else. */
export function isSpace(code: number): boolean {
  return code <= 0x20 || code === 0x7f
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** Whether it can start a word. As in most dialects, every character that is not ASCII can. */
export function isLetter(code: number): boolean {
  return code >= 0x80 || WORD[code] === 1
}

/** Whether an odd number of backslashes stands before it. If backslashes escape anything, this character is escaped. */
export function isEscaped(text: string, at: number): boolean {
  let start = at
  while (text[start - 1] === '\\') start--
  return (at - start) % 2 === 1
}
