// What a character is in a statement, by its code; as all dialects agree. NaN is that of the end.

const WORD = new Uint8Array(128)
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_') WORD[char.charCodeAt(0)] = 1

export const DOLLAR = 0x24
export const HASH = 0x23
export const PLUS = 0x2b
export const MINUS = 0x2d
export const DOT = 0x2e

/** Control characters are space too: no dialect has another use for them. */
export function isSpace(code: number): boolean {
  return code <= 0x20 || code === 0x7f
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** What can start a word: all that is not ASCII too, as in most dialects. */
export function isLetter(code: number): boolean {
  return code >= 0x80 || WORD[code] === 1
}

/** Whether an odd number of backslashes precedes: if they escape anything, they escape this character. */
export function isEscaped(text: string, at: number): boolean {
  let start = at
  while (text[start - 1] === '\\') start--
  return (at - start) % 2 === 1
}
