import { toNumber, toText } from '../store/columns/cast.js'
import { isObject } from './objects.js'

/** Makes our footprint of another program's record; `undefined` if the record is not of that kind. */
export type FieldMap = (object: Readonly<Record<string, unknown>>) => Record<string, unknown> | undefined

/**
 * Our fields, and where the value of each is found: a path like `req.headers.user-agent`, the first that is there. The
 * field `request` stands for method and url in one: `GET /path HTTP/1.1`.
 */
export interface FieldMapping {
  readonly [field: string]:
    | string
    | readonly string[]
    | { readonly from: string | readonly string[]; readonly unit: Unit }
}

/** The unit of a duration in the other log. Default: milliseconds. */
export type Unit = 's' | 'ms' | 'us' | 'ns'

const MS: Readonly<Record<Unit, number>> = { s: 1_000, ms: 1, us: 1e-3, ns: 1e-6 }

/** Other programs' access logs. */
export const presets: Readonly<Record<string, FieldMapping>> = {
  'pino-http': {
    time: 'time',
    request_id: ['req.id', 'reqId'],
    method: 'req.method',
    url: 'req.url',
    status_code: 'res.statusCode',
    remote_ip: 'req.remoteAddress',
    user_agent: 'req.headers.user-agent',
    total_time: 'responseTime',
    ex_type: 'err.type',
    ex_message: 'err.message',
    ex_stack: 'err.stack',
  },
  nginx: {
    time: ['time_iso8601', 'msec', 'time_local', 'time', 'timestamp'],
    request_id: 'request_id',
    method: ['request_method', 'method'],
    url: ['request_uri', 'uri', 'url'],
    status_code: 'status',
    user: 'remote_user',
    remote_ip: 'remote_addr',
    user_agent: ['http_user_agent', 'user_agent'],
    total_time: { from: 'request_time', unit: 's' },
    request: 'request',
  },
  caddy: {
    time: 'ts',
    method: 'request.method',
    url: 'request.uri',
    status_code: 'status',
    user: 'user_id',
    remote_ip: ['request.client_ip', 'request.remote_ip'],
    user_agent: 'request.headers.User-Agent.0',
    total_time: { from: 'duration', unit: 's' },
  },
}

/** @param mapping names `time`, and `method` and `url` or `request` */
export function fieldMap(mapping: FieldMapping): FieldMap {
  const fields = Object.entries(mapping).map(([name, rule]) => {
    const isPlain = typeof rule === 'string' || !('from' in rule)
    const paths = isPlain ? rule : rule.from
    return { name, paths: [paths].flat().map(splitPath), factor: isPlain ? 1 : MS[rule.unit] }
  })
  return (object) => {
    const record: Record<string, unknown> = Object.create(null) // a field may be called __proto__
    for (const { name, paths, factor } of fields) {
      const value = paths
        .map((path) => valueAt(object, path))
        .find((found) => found !== undefined && found !== '-')
      if (value !== undefined) record[name] = factor === 1 ? value : toMs(value, factor)
    }
    return complete(record)
  }
}

function toMs(value: unknown, factor: number): unknown {
  const duration = toNumber.DOUBLE(value)
  return duration === undefined ? value : Math.round(duration * factor * 1_000) / 1_000
}

/** Gives a mapped record what a footprint always has. */
function complete({ request, ...record }: Record<string, unknown>): Record<string, unknown> | undefined {
  if (typeof request === 'string' && record.url === undefined) {
    const [method, url] = request.split(' ')
    record.method ??= method
    record.url = url
  }
  if (record.method === undefined || record.url === undefined || record.time === undefined) return undefined
  const { url, method, total_time = null, user = null, user_agent = null } = record
  record.view_name ??= `${toText(method)} ${patternOf(toText(url) ?? '')}`
  const label_name = 'footprint'
  return {
    sql_count: 0,
    sql_time: 0,
    node_time: total_time,
    ...record,
    label_name,
    total_time,
    user,
    user_agent,
  }
}

/** The path with ids replaced: such a log does not say the route, and a view must not be a single page. */
function patternOf(url: string): string {
  const [path = ''] = url.split(/[?#]/, 1)
  return path
    .split('/')
    .map((part) => (/^\d+$|^[0-9a-f-]{16,}$|^(?=.*\d)[\w-]{20,}$/i.test(part) ? ':id' : part))
    .join('/')
}

function splitPath(path: string): readonly string[] {
  return path.split('.')
}

/** A name may hold points itself: `{"http.method": …}`. */
function valueAt(object: unknown, [name = '', ...rest]: readonly string[]): unknown {
  if (Array.isArray(object)) return valueAt({ ...object }, [name, ...rest])
  if (!isObject(object)) return undefined
  if (rest.length === 0) return object[name] ?? undefined
  return Object.hasOwn(object, name) ? valueAt(object[name], rest) : object[[name, ...rest].join('.')]
}
