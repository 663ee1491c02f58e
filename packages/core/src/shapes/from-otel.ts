import { isObject } from '../record/json.js'
import type { ActionLogRecord } from '../record/record.js'
import { msOf, RESERVED } from './otel.js'
import { recordOf } from './record-of.js'
import { joinUrl } from './split-url.js'

const OWN = 'actionlog.'
const NS_PER_MS = 1_000_000n

/** Whether `toOtel()` made it. */
export function isOtel({ eventName, attributes }: Record<string, unknown>): boolean {
  const isOurs = eventName === 'actionlog' || (typeof eventName === 'string' && eventName.startsWith(OWN))
  return isOurs && isObject(attributes)
}

/** The record from which `toOtel()` made it. */
export function fromOtel(shaped: Record<string, unknown>): ActionLogRecord {
  const attributes = shaped.attributes as Record<string, unknown>
  const duration = attributes['actionlog.duration']
  const method = attributes['http.request.method_original'] ?? attributes['http.request.method']
  const route = attributes['http.route']
  const own = Object.entries(attributes)
    .filter(([name]) => name.startsWith(OWN))
    .map(([name, value]) => [name.slice(OWN.length), value] as const)
    .filter(([name]) => !RESERVED.includes(name))
  const reserved = attributes['actionlog.fields']
  return recordOf(
    {
      time: isoTime(shaped.timeUnixNano),
      label_name:
        shaped.eventName === 'actionlog' ? undefined : (shaped.eventName as string).slice(OWN.length),
      method,
      url: urlOf(attributes),
      view_name: viewOf(method, route),
      status_code: attributes['http.response.status_code'],
      user: attributes['user.id'],
      remote_ip: attributes['client.address'],
      user_agent: attributes['user_agent.original'],
      total_time: typeof duration === 'number' ? msOf(duration) : undefined,
      ex_type: attributes['exception.type'],
      ex_message: attributes['exception.message'],
      ex_stack: attributes['exception.stacktrace'],
      trace_id: shaped.traceId,
      span_id: shaped.spanId,
    },
    { ...Object.fromEntries(own), ...(isObject(reserved) && reserved) },
  )
}

function viewOf(method: unknown, route: unknown): string | undefined {
  return typeof method === 'string' && typeof route === 'string' ? `${method} ${route}` : undefined
}

function urlOf(attributes: Record<string, unknown>): string | undefined {
  const { 'url.path': path, 'url.query': query } = attributes
  if (typeof path !== 'string') return undefined
  return joinUrl(typeof query === 'string' ? { path, query } : { path })
}

const MAX_NS = 8_640_000_000_000_000n * NS_PER_MS // of a Date

function isoTime(nanoseconds: unknown): string | undefined {
  if (typeof nanoseconds !== 'string' || !/^\d{1,22}$/.test(nanoseconds)) return undefined
  const ns = BigInt(nanoseconds)
  return ns <= MAX_NS ? new Date(Number(ns / NS_PER_MS)).toISOString() : undefined
}
