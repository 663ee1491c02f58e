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
  let texts = time + request_id + method + url + view_name + user + remote_ip + user_agent
  let further = ''
  let at = 0
  for (const name in fixed) {
    if (at < FIXED.length) {
      if (name !== FIXED[at++]) return undefined
      continue
    }
    const value: unknown = fixed[name as keyof Footprint]
    if (typeof value === 'string') further += `,"${name}":"${value}"`
    else if (typeof value === 'number') further += `,"${name}":${decimal(value)}`
    else return undefined
    texts += name
    if (typeof value === 'string') texts += value
  }
  if (at < FIXED.length || texts.length > maxChars || !PLAIN.test(texts)) return undefined
  const line = `{"time":"${time}","label_name":"${FOOTPRINT}","request_id":"${request_id}","method":"${method}","url":"${url}","view_name":"${view_name}","status_code":${decimal(status_code)},"user":${
    user === null ? 'null' : `"${user}"`
  },"remote_ip":"${remote_ip}","user_agent":${user_agent === null ? 'null' : `"${user_agent}"`},"sql_count":${decimal(sql_count)},"sql_time":${decimal(sql_time)},"node_time":${decimal(node_time)},"total_time":${decimal(total_time)}${further}}\n`
  line.charCodeAt(0) // makes one text of the pieces, which could hold the longer texts they were cut from
  return line.length * 3 <= maxChars ? line : undefined
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
