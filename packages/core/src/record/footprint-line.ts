import { MAX_CHARS } from './json.js'
import { type ActionLogRecord, FOOTPRINT, type Footprint } from './record.js'

/** The fields that every footprint has, in their order. */
const FIXED: readonly string[] = [
  'time',
  'label_name',
  'request_id',
  'method',
  'url',
  'view_name',
  'status_code',
  'user',
  'remote_ip',
  'user_agent',
  'sql_count',
  'sql_time',
  'node_time',
  'total_time',
]
// printable ASCII that JSON takes as it is
const PLAIN = /^[ !#-[\]-~]*$/

/**
 * The fast way of nearly every footprint: its line of JSON, joined from few pieces. ASCII, so it has as many bytes
 * as characters. `undefined` where it would not be what `toJson()` writes.
 */
export function footprintLine(record: ActionLogRecord, maxChars: number = MAX_CHARS): string | undefined {
  try {
    return lineOf(record, maxChars)
  } catch {
    return undefined // a getter that throws
  }
}

function lineOf(record: ActionLogRecord, maxChars: number): string | undefined {
  if (record?.label_name !== FOOTPRINT || Object.getPrototypeOf(record) !== Object.prototype) return undefined
  const fixed = record as Footprint
  const { time, request_id, method, url, view_name, status_code, user, remote_ip, user_agent } = fixed
  if (typeof time !== 'string' || typeof request_id !== 'string' || typeof method !== 'string')
    return undefined
  if (typeof url !== 'string' || typeof view_name !== 'string' || typeof remote_ip !== 'string')
    return undefined
  if (!isTextOrNull(user) || !isTextOrNull(user_agent)) return undefined
  const { sql_count, sql_time, node_time, total_time } = fixed
  if (typeof status_code !== 'number' || typeof sql_count !== 'number' || typeof sql_time !== 'number')
    return undefined
  if (typeof node_time !== 'number' || typeof total_time !== 'number') return undefined
  if (!isPlain(time) || !isPlain(request_id) || !isPlain(method) || !isPlain(url)) return undefined
  if (!isPlain(view_name) || !isPlain(user) || !isPlain(remote_ip) || !isPlain(user_agent)) return undefined
  const further = furtherFields(fixed)
  if (further === undefined) return undefined
  const who = user === null ? ',"user":null,"remote_ip":"' : `,"user":"${user}","remote_ip":"`
  const agent = user_agent === null ? '","user_agent":null' : `","user_agent":"${user_agent}"`
  const sql =
    sql_count === 0 && sql_time === 0
      ? WITHOUT_SQL
      : `,"sql_count":${decimal(sql_count)},"sql_time":${decimal(sql_time)},"node_time":`
  const node = decimal(node_time)
  const total = total_time === node_time ? node : decimal(total_time)
  const line = `${startOf(time)}${request_id}","method":"${method}","url":"${url}","view_name":"${view_name}","status_code":${decimal(status_code)}${who}${remote_ip}${agent}${sql}${node},"total_time":${total}${further}}\n`
  line.charCodeAt(0) // makes one text of the pieces, which could hold the longer texts they were cut from
  return line.length * 3 <= maxChars ? line : undefined
}

const WITHOUT_SQL = ',"sql_count":0,"sql_time":0,"node_time":'
let lastTime = ''
let lastStart = ''

/** Many requests share a millisecond, and each piece of a line costs. */
function startOf(time: string): string {
  if (time !== lastTime) {
    lastTime = time
    lastStart = `{"time":"${time}","label_name":"${FOOTPRINT}","request_id":"`
  }
  return lastStart
}

/** The fields behind the fixed ones; `undefined` if those are not all there in their order, or one needs more than this. */
function furtherFields(record: Footprint): string | undefined {
  let fields = ''
  let at = 0
  for (const name in record) {
    if (at < FIXED.length) {
      if (name !== FIXED[at++]) return undefined
      continue
    }
    const value: unknown = record[name as keyof Footprint]
    if (name === 'head_time' && typeof value === 'number') fields += `,"head_time":${decimal(value)}`
    else if (!isPlain(name)) return undefined
    else if (typeof value === 'string' && isPlain(value)) fields += `,"${name}":"${value}"`
    else if (typeof value === 'number') fields += `,"${name}":${decimal(value)}`
    else return undefined
  }
  return at < FIXED.length ? undefined : fields
}

/** A longer text is no line's, or is cut; it needs no look at all of it. */
function isPlain(text: string | null): boolean {
  return text === null || (text.length <= MAX_CHARS && PLAIN.test(text))
}

function isTextOrNull(value: unknown): value is string | null {
  return typeof value === 'string' || value === null
}

const THOUSANDTHS: readonly string[] = Array.from({ length: 1_000 }, (_, i) => String(i / 1_000).slice(1))

/** A number as JSON writes it; V8 is slow at writing milliseconds with three decimals. */
function decimal(ms: number): string {
  const micros = Math.round(ms * 1_000)
  if (!(micros >= 0 && micros < 1e12) || micros / 1_000 !== ms) return JSON.stringify(ms)
  const whole = Math.floor(micros / 1_000)
  return whole + (THOUSANDTHS[micros - whole * 1_000] as string)
}
