// Controls (terminal escapes, line ends), lone surrogates, and invisible characters, which reorder or hide text.
// The two joiners stay: emoji and several scripts are written with them, and they do neither.
const UNSAFE = /(?![\u200c\u200d])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Cf}]/gu

/** The text as something that can do nothing to a terminal: what could is shown as `\u001b`. */
export function inert(text: string): string {
  return text.replace(UNSAFE, escapeUnits)
}

/** The same for a text of several lines, or JSON, which means the same afterwards. */
export function inertLines(text: string): string {
  return text.replace(UNSAFE, (char) => (char === '\n' ? char : escapeUnits(char)))
}

function escapeUnits(char: string): string {
  return Array.from({ length: char.length }, (_, i) => char.charCodeAt(i))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('')
}
