import { inert } from '../../terminal/inert.js'

/**
 * One word of a command, whatever it holds, to be pasted into a terminal. A control character would reach the terminal
 * itself, so a text that has one is written as `$'…'` (bash, zsh, POSIX.1-2024), its bytes as `\x1b`.
 */
export function shellWord(text: string): string {
  if (/^[\w./:@-]+$/.test(text)) return text
  if (inert(text) === text) return `'${text.replaceAll("'", `'\\''`)}'`
  return `$'${text.replace(/[\\']/g, '\\$&').replace(/[^ -~]/gu, bytesOf)}'`
}

function bytesOf(char: string): string {
  return [...new TextEncoder().encode(char)]
    .map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`)
    .join('')
}
