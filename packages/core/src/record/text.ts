import { escapeControls, isSafe, quote } from './escape.js'
import { toPlain } from './json.js'
import { type ActionLogRecord, FOOTPRINT } from './record.js'

export const FOOTPRINT_TITLE: string = `${'='.repeat(18)} Footprint Log ${'='.repeat(18)}`
export const ACTION_TITLE: string = `${'-'.repeat(18)} Action Log ${'-'.repeat(18)}`
/** What the last line of a footprint with a repeated statement starts with. */
export const REPEAT: string = 'N+1? '
/** What a continuation line starts with, and no other: titles and names start with no space. */
export const INDENT: string = '    '
/** A cause among the lines of a stack; all others are indented already. */
export const CAUSE: string = 'caused by: '
/** The only field with continuation lines, and in footprints only. */
export const STACK_FIELD: string = 'ex_stack'

const MAX_ALIGNED = 40

/**
 * A record for people, as django-actionlog writes it: a title, `name : value` lines with the colons aligned in
 * local time, an empty line. What it says can be read back, see `parseText()`:
 *
 * - a name that is not a word, and a text with a control character in it or a `"` at its start, is written as a
 *   JSON string; all other values that are no texts are JSON;
 * - only the stack of a footprint has several lines; those after the first are indented.
 *
 * A footprint with a repeated statement ends with a line that cannot be missed: `N+1? 24 × Post.findMany`.
 */
export function toText(record: ActionLogRecord, color = false, maxChars?: number): string {
  const paint = color ? COLORED : PLAIN
  const plain = toPlain(record, maxChars) // whatever the caller put in, what remains is JSON
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
  if (repeated !== undefined && isFootprint)
    out += `${paint.shout(escapeControls(`${REPEAT}${times} × ${repeated}`))}\n`
  return `${out}\n`
}

// Letters that show: some that Unicode counts as letters are invisible
const WORD = /^[\p{L}\p{N}_$][\p{L}\p{M}\p{N}_$@.-]*$/u
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u

/** Where it could be taken for anything else, as a JSON string: then its end is certain. */
function nameOf(name: string): string {
  return WORD.test(name) && !INVISIBLE.test(name) ? name : quote(name)
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/

function write(name: string, value: unknown): string {
  if (typeof value !== 'string') return escapeControls(JSON.stringify(value))
  if (name === 'time' && ISO_TIME.test(value) && !Number.isNaN(Date.parse(value))) return localTime(value)
  return isSafe(value) && !value.startsWith('"') ? value : quote(value)
}

/** `YYYY/MM/DD HH:MM:SS` in the process's time zone. */
function localTime(time: string): string {
  const date = new Date(time)
  const two = (part: number): string => String(part).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('/')
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** A stack of `describeException()`, each frame and cause on a line of its own. */
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
