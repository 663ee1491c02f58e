// What a character can be in a statement, as all dialects agree. `undefined` is the end of the text.

/** Control characters are space too: no dialect has another use for them. */
export function isSpace(char: string | undefined): boolean {
  return char !== undefined && (char <= ' ' || char === '\x7f')
}

export function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9'
}

/** What can start a word: everything that is not ASCII too, as in most dialects. */
export function isLetter(char: string | undefined): boolean {
  if (char === undefined) return false
  return (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || char === '_' || char >= '\x80'
}

/** Whether an odd number of backslashes precedes: where they escape anything, they escape this character. */
export function isEscaped(text: string, at: number): boolean {
  let start = at
  while (text[start - 1] === '\\') start--
  return (at - start) % 2 === 1
}
