import { escapeControls, isSafe, quote } from './escape.js'
import { plainRecord } from './json.js'
import { type ActionLogRecord, FOOTPRINT } from './record.js'

export const FOOTPRINT_TITLE: string = `${'='.repeat(18)} Footprint Log ${'='.repeat(18)}`
export const ACTION_TITLE: string = `${'-'.repeat(18)} Action Log ${'-'.repeat(18)}`
/** The start of the last line of a footprint that has a repeated statement. */
export const REPEAT: string = 'N+1? '
/** The start of a continuation line. No other line starts with a space. */
export const INDENT: string = '    '
/** The start of a cause in a stack, the only line of a stack that is not indented yet. */
export const CAUSE: string = 'caused by: '
/** The only field that can have continuation lines, and only in a footprint. */
export const STACK_FIELD: string = 'ex_stack'

const MAX_ALIGNED = 40

/**
 * Writes a record for people, as django-actionlog does: a title, lines of `name : value` with aligned colons and local
 * time, and an empty line. `parseText()` can read it back, because of these rules:
 *
 * - A name that is not a word is written as a JSON string.
 * - A text that contains a control character or starts with `"` is written as a JSON string.
 * - A value that is not a text is written as JSON.
 * - Only the stack of a footprint has several lines; all but the first are indented.
 *
 * A footprint with a repeated statement ends with a line about it: `N+1? 24 × Post.findMany`.
 */
export function toText(record: ActionLogRecord, color = false, maxChars?: number): string {
  const paint = color ? COLORED : PLAIN
  const plain = plainRecord(record, maxChars) // whatever the caller passed, these values can be written as JSON
  const isFootprint = plain.label_name === FOOTPRINT
  const fields = Object.entries(plain).map(([name, value]) => [nameOf(name), value] as const)
  const width = fields.reduce((most, [name]) => Math.max(most, Math.min(name.length, MAX_ALIGNED)), 0)
  let out = `${paint.title(isFootprint ? FOOTPRINT_TITLE : ACTION_TITLE)}\n`
  for (const [name, value] of fields) {
    const stack = isFootprint && name === STACK_FIELD ? stackLines(value) : undefined
    const text = stack ?? write(name, value)
    const painted = /^ex_|^sql_repeat|^aborted/.test(name) ? paint.alarm(text) : text
    out += `${paint.name(name.padEnd(width))} : ${painted}\n`
  }
  const { sql_repeat: repeated, sql_repeat_count: times } = plain
  if (typeof repeated === 'string' && isFootprint)
    out += `${paint.shout(escapeControls(`${REPEAT}${JSON.stringify(times) ?? '?'} × ${repeated}`))}\n`
  return `${out}\n`
}

// a word has visible letters only: Unicode counts some invisible characters as letters
const WORD = /^[\p{L}\p{N}_$][\p{L}\p{M}\p{N}_$@.-]*$/u
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u

/** Returns the name; as a JSON string, whose end is certain, if it could be mistaken for something else. */
function nameOf(name: string): string {
  return WORD.test(name) && !INVISIBLE.test(name) ? name : quote(name)
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/

function write(name: string, value: unknown): string {
  if (typeof value !== 'string') return escapeControls(JSON.stringify(value))
  if (name === 'time' && ISO_TIME.test(value) && !Number.isNaN(Date.parse(value))) return localTime(value)
  return isSafe(value) && !value.startsWith('"') ? value : quote(value)
}

/** Returns `YYYY/MM/DD HH:MM:SS` in the time zone of the process. */
function localTime(time: string): string {
  const date = new Date(time)
  const two = (part: number): string => String(part).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('/')
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** Writes a stack of `describeException()` with each frame and cause on its own line; `undefined` if it is not one. */
function stackLines(stack: unknown): string | undefined {
  if (typeof stack !== 'string' || stack.startsWith('"')) return undefined
  const [head = '', ...lines] = stack.split('\n')
  const isOurs = lines.every((line) => line.startsWith(`${INDENT}at `) || line.startsWith(CAUSE))
  if (!isOurs) return undefined
  const indented = lines.map((line) => (line.startsWith(CAUSE) ? INDENT + line : line))
  return [head, ...indented].every(isSafe) ? [head, ...indented].join('\n') : undefined
}

type Paint = (text: string) => string
const same: Paint = (text) => text
const PLAIN: Record<'title' | 'name' | 'alarm' | 'shout', Paint> = {
  title: same,
  name: same,
  alarm: same,
  shout: same,
}
const COLORED: typeof PLAIN = {
  title: (text) => `\u001b[1;36m${text}\u001b[0m`,
  name: (text) => `\u001b[2m${text}\u001b[0m`,
  alarm: (text) => `\u001b[31m${text}\u001b[0m`,
  shout: (text) => `\u001b[1;97;41m ${text} \u001b[0m`,
}
