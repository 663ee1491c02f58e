import { escapeControls, toJson, toPlain } from '../record/json.js'
import { type ActionLogRecord, FOOTPRINT } from '../record/record.js'

/** Writes a record out, its line end included. */
export type RecordFormat = (record: ActionLogRecord) => string

/**
 * The format of a handler's option `format`.
 * @param color for a terminal, in format text
 * @param maxBytes of a written-out record (UTF-8), from 1,024: what is longer has its longest fields cut, and
 * says so. By default about 1 Mi characters.
 */
export function recordFormat(format: 'text' | 'json', color = false, maxBytes?: number): RecordFormat {
  const write = (record: ActionLogRecord, room?: number): string =>
    format === 'json' ? `${toJson(record, room)}\n` : toText(record, color, room)
  return maxBytes === undefined ? (record) => write(record) : (record) => fit(record, write, maxBytes)
}

/** Less and less room for the fields, until all around them fits too. */
function fit(
  record: ActionLogRecord,
  write: (record: ActionLogRecord, room: number) => string,
  maxBytes: number,
): string {
  for (let room = maxBytes; ; room >>= 1) {
    const out = write(record, room)
    const fits = out.length * 3 <= maxBytes || Buffer.byteLength(out) <= maxBytes
    if (fits || room === 0) return out
  }
}

/**
 * A record for people, as django-actionlog writes it: a headline, `name : value` lines with the colons
 * aligned, an empty line. Local time. Nothing in a value can start a line or reach the terminal; only a
 * stack has several lines, indented below its name. A footprint with a repeated statement ends with a line
 * that cannot be missed: `N+1? 24 × Post.findMany`.
 */
export function toText(record: ActionLogRecord, color = false, maxChars?: number): string {
  const paint = color ? COLORED : PLAIN
  const plain = toPlain(record, maxChars) // whatever the caller put in, what remains is JSON
  const title =
    plain.label_name === FOOTPRINT
      ? `${'='.repeat(18)} Footprint Log ${'='.repeat(18)}`
      : `${'-'.repeat(18)} Action Log ${'-'.repeat(18)}`
  const fields = Object.entries(plain)
  const width = fields.reduce((most, [name]) => Math.max(most, Math.min(name.length, MAX_ALIGNED)), 0)
  let out = `${paint.title(title)}\n`
  for (const [name, value] of fields) {
    const shown = show(name, value, plain)
    const painted = /^ex_|^sql_repeat|^aborted/.test(name) ? paint.alarm(shown) : shown
    out += `${paint.name(escapeControls(name).padEnd(width))} : ${painted}\n`
  }
  const { sql_repeat: repeated, sql_repeat_count: times } = plain
  if (repeated !== undefined && plain.label_name === FOOTPRINT)
    out += `${paint.shout(escapeControls(`N+1? ${times} × ${repeated}`))}\n`
  return `${out}\n`
}

const MAX_ALIGNED = 40
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

function show(name: string, value: unknown, record: ActionLogRecord): string {
  if (typeof value !== 'string') return escapeControls(JSON.stringify(value))
  if (name === 'ex_stack') return stackLines(value, record.ex_message)
  if (name === 'time' && ISO_TIME.test(value) && !Number.isNaN(Date.parse(value))) return localTime(value)
  return escapeControls(value)
}

/** `YYYY/MM/DD HH:MM:SS` in the process's time zone. */
function localTime(time: string): string {
  const date = new Date(time)
  const two = (part: number): string => String(part).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('/')
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** A stack, each frame on a line of its own; not so the message in it, which may hold what a client sent. */
function stackLines(stack: string, message: unknown): string {
  const found = typeof message === 'string' ? stack.indexOf(message) : -1
  const headEnd = found < 0 ? stack.length : found + (message as string).length
  const [rest = '', ...frames] = stack.slice(headEnd).split(/\n\s*(?=at |caused by: )/)
  return [stack.slice(0, headEnd) + rest, ...frames.map((frame) => `    ${frame}`)]
    .map(escapeControls)
    .join('\n')
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
