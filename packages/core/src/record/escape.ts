// What must not stand raw in a line: C0, DEL and C1 controls (terminal escapes), Unicode line ends,
// direction overrides, lone surrogates. JSON.stringify leaves most of them as they are.
const UNSAFE = /[\p{Cc}\p{Surrogate}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u
const CONTROLS = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu
const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' }

/** Whether nothing in the text could start a line, move a cursor or hide what follows. */
export function isSafe(text: string): boolean {
  return !UNSAFE.test(text)
}

/** The text without anything that could start a line, move a cursor or hide what follows: `\n` → `\\n`. */
export function escapeControls(text: string): string {
  return isSafe(text) ? text : text.toWellFormed().replace(CONTROLS, escapeOne)
}

function escapeOne(char: string): string {
  return SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}

// printable ASCII that JSON takes as it is, and so nearly every text
const PLAIN = /^[ !#-[\]-~]*$/

/** The text as a JSON string on one line, without anything unsafe. */
export function quote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  if (isSafe(text)) return JSON.stringify(text)
  return JSON.stringify(text.toWellFormed()).replace(CONTROLS, escapeOne)
}

/** The text, or its first `most` characters and how many are missing. */
export function cut(text: string, most: number): string {
  return text.length > most ? `${detach(text.slice(0, most))}…[${text.length - most} more characters]` : text
}

/** A copy: V8's slices keep the whole text they were taken from in memory. */
function detach(slice: string): string {
  return Buffer.from(slice, 'utf16le').toString('utf16le')
}
