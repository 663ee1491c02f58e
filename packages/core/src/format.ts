import { escapeControls, toJson } from './json.js'
import { type ActionLogRecord, FOOTPRINT } from './record.js'

/** Writes a record out, its line end included. */
export type RecordFormat = (record: ActionLogRecord) => string

/** The format of a handler's option `format`. */
export function recordFormat(format: 'text' | 'json', color = false): RecordFormat {
  return format === 'json' ? (record) => `${toJson(record)}\n` : (record) => toText(record, color)
}

/**
 * A record for people, as django-actionlog writes it: a headline, `name : value` lines with the colons
 * aligned, an empty line. Local time. Nothing in a value can start a line or reach the terminal; only a
 * stack has several lines, indented below its name.
 */
export function toText(record: ActionLogRecord, color = false): string {
  const paint = color ? COLORED : PLAIN
  const { label_name: label } = record
  const title =
    label === FOOTPRINT
      ? `${'='.repeat(18)} Footprint Log ${'='.repeat(18)}`
      : `${'-'.repeat(18)} Action Log ${'-'.repeat(18)}`
  const fields = shownFields(record)
  const width = Math.max(0, ...fields.map(([name]) => name.length))
  let out = `${paint.title(title)}\n`
  for (const [name, value] of fields) {
    const shown = /^ex_|^sql_repeat|^aborted/.test(name) ? paint.alarm(value) : value
    out += `${paint.name(name.padEnd(width))} : ${shown}\n`
  }
  return `${out}\n`
}

function shownFields(record: ActionLogRecord): [name: string, value: string][] {
  // through JSON: whatever the caller put in, what remains is plain
  const plain = JSON.parse(toJson(record)) as Record<string, unknown>
  return Object.entries(plain).map(([name, value]) => {
    if (name === 'time') return [name, localTime(value)]
    if (name === 'ex_stack' && typeof value === 'string') return [name, stackLines(value, plain.ex_message)]
    return [escapeControls(name), escapeControls(typeof value === 'string' ? value : JSON.stringify(value))]
  })
}

/** `YYYY/MM/DD HH:MM:SS` in the process's time zone; what is no time stays as it is. */
function localTime(value: unknown): string {
  const date = new Date(value as string)
  if (Number.isNaN(date.getTime())) return escapeControls(String(value))
  const two = (part: number): string => String(part).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('/')
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** A stack as lines of its own, but for the message in it: that may hold what a client sent. */
function stackLines(stack: string, message: unknown): string {
  const messageEnd = typeof message === 'string' ? stack.indexOf(message) + message.length : -1
  const headEnd = messageEnd < (message as string)?.length ? stack.length : messageEnd
  const frames = stack
    .slice(headEnd)
    .split('\n')
    .map((line) => escapeControls(line.trim()))
  return [
    escapeControls(stack.slice(0, headEnd)) + frames[0],
    ...frames.slice(1).map((frame) => `    ${frame}`),
  ].join('\n')
}

type Paint = (text: string) => string
const same: Paint = (text) => text
const PLAIN: Record<'title' | 'name' | 'alarm', Paint> = { title: same, name: same, alarm: same }
const COLORED: typeof PLAIN = {
  title: (text) => `\u001b[1;36m${text}\u001b[0m`,
  name: (text) => `\u001b[2m${text}\u001b[0m`,
  alarm: (text) => `\u001b[31m${text}\u001b[0m`,
}
