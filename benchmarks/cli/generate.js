#!/usr/bin/env node
// A realistic action log from a seed: the same options give the same bytes.
//   node benchmarks/cli/generate.js --records 1000000 > my_action.log
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { dirtyPieces } from './dirt.js'
import { random } from './random.js'

const START = Date.UTC(2026, 9, 1)
const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'kube-probe/1.30',
]
const RESOURCES = [
  'posts',
  'users',
  'orders',
  'items',
  'comments',
  'reports',
  'carts',
  'search',
  'tags',
  'sessions',
]
const ROUTES = RESOURCES.flatMap((name) => [
  { method: 'GET', view: `GET /${name}`, path: () => `/${name}` },
  { method: 'GET', view: `GET /${name}/:id`, path: (id) => `/${name}/${id}` },
  { method: 'POST', view: `POST /${name}`, path: () => `/${name}` },
  { method: 'GET', view: `GET /api/${name}/:id`, path: (id) => `/api/${name}/${id}` },
])

/** What is planted in the log: where the answers of why, steps, compare, repeats and errors lie. */
export const PLANTED = {
  slowQuery: { view: 'GET /reports', key: 'format', value: 'csv' },
  step: { view: 'GET /posts/:id', at: 0.5, version: ['1.4.1', '1.4.2'] }, // at: share of the period
  repeat: { view: 'GET /orders/:id', sql: 'SELECT `items`.* FROM `items` WHERE `items`.`order_id` = ?' },
  errorBurst: { view: 'POST /orders', type: 'PaymentTimeout', from: 0.7, until: 0.72 },
}

/**
 * @param {import('./generate.d.ts').GenerateOptions} [options]
 * @returns {Generator<Record<string, unknown>>} records in the order of their times
 */
export function* records({
  records: count = 1_000,
  seed = 1,
  periodMs = count * 800,
  planted = true,
  start = START,
} = {}) {
  const next = random(seed)
  const weights = zipf(ROUTES.length, next)
  for (let i = 0; i < count; i++) {
    const share = i / count
    const time = new Date(start + Math.floor(share * periodMs)).toISOString()
    const request_id = next.uuid()
    const user = next() < 0.3 ? null : String(1 + Math.floor(next() ** 2 * 5_000))
    if (next() < 0.03) {
      yield labelled(time, request_id, user, next)
      continue
    }
    yield footprint({ time, request_id, user, share, route: ROUTES[weights(next())], next, planted })
  }
}

/**
 * @param {import('./generate.d.ts').GenerateOptions} [options]
 * @returns {Generator<string>} lines with their line ends; with `dirtShare` other pieces between them
 */
export function* lines(options = {}) {
  const next = random((options.seed ?? 1) + 1)
  const dirt = options.dirtShare ?? 0
  for (const record of records(options)) {
    yield `${JSON.stringify(record)}\n`
    if (dirt > 0 && next() < dirt) yield dirtyPieces[Math.floor(next() * dirtyPieces.length)]
  }
}

function footprint({ time, request_id, user, share, route, next, planted }) {
  const { slowQuery, step, repeat, errorBurst } = PLANTED
  const { method, view } = route
  const at = ROUTES.indexOf(route)
  let total = (5 + (at % 7) * 12) * Math.exp(next.normal() * 0.5)
  let sqlCount = at % 5
  const query = []
  if (method === 'GET' && next() < 0.5) query.push(`page=${1 + Math.floor(next() * 20)}`)
  if (view === slowQuery.view) {
    const isCsv = next() < 0.04
    query.push(`format=${isCsv ? 'csv' : 'html'}`)
    if (planted && isCsv) total *= 15
  }
  const isAfter = share >= step.at
  if (planted && view === step.view && isAfter) total *= 3
  const repeats = planted && view === repeat.view ? 10 + Math.floor(next() * 40) : 0
  sqlCount += repeats
  total += repeats * 0.8
  const isBurst = planted && view === errorBurst.view && share >= errorBurst.from && share < errorBurst.until
  const isError = isBurst || next() < 0.003
  const isAborted = !isError && next() < 0.002
  const status = isError ? 500 : isAborted ? 499 : next() < 0.02 ? 404 : method === 'POST' ? 201 : 200
  total = milliseconds(total)
  const sqlTime = sqlCount ? milliseconds(total * (0.2 + next() * 0.5)) : 0
  const record = {
    time,
    label_name: 'footprint',
    request_id,
    method,
    url: route.path(Math.floor(next() * 10_000)) + (query.length ? `?${query.join('&')}` : ''),
    view_name: view,
    status_code: status,
    user,
    remote_ip: `10.0.${Math.floor(next() * 16)}.${Math.floor(next() * 256)}`,
    user_agent: AGENTS[Math.floor(next() ** 2 * AGENTS.length)],
    sql_count: sqlCount,
    sql_time: sqlTime,
    node_time: milliseconds(total - sqlTime),
    total_time: total,
  }
  if (isAborted) record.aborted = true
  else record.head_time = milliseconds(total * 0.95)
  if (isError) {
    const type = isBurst ? errorBurst.type : 'TypeError'
    Object.assign(record, {
      ex_type: type,
      ex_message: `${type}: no answer`,
      ex_stack: `${type}: no answer\n    at handler (app.js:1:1)`,
    })
  }
  if (sqlCount)
    Object.assign(record, {
      sql_slowest: `SELECT * FROM \`${view.split('/')[1]}\` WHERE id = ?`,
      sql_slowest_time: milliseconds(sqlTime / 2),
    })
  if (repeats >= 5) Object.assign(record, { sql_repeat: repeat.sql, sql_repeat_count: repeats })
  if (planted) record.extra = { version: step.version[isAfter ? 1 : 0] }
  return record
}

function labelled(time, request_id, user, next) {
  return next() < 0.7
    ? {
        time,
        label_name: 'order_save',
        request_id,
        user,
        order: Math.floor(next() * 1e6),
        total: milliseconds(next() * 500),
      }
    : { time, label_name: 'login', request_id, user, method: next() < 0.5 ? 'password' : 'passkey' }
}

/** @returns picks an index of a route by Zipf's law; those with a planted cause have many requests */
function zipf(length, next) {
  const planted = Object.values(PLANTED).map(({ view }) => ROUTES.findIndex((route) => route.view === view))
  const others = Array.from({ length }, (_, i) => [next(), i])
    .sort(([a], [b]) => a - b)
    .map(([, i]) => i)
  const order = [...new Set([...planted, ...others])]
  let sum = 0
  const sums = order.map((_, i) => {
    sum += 1 / (i + 1)
    return sum
  })
  return (share) => order[sums.findIndex((upTo) => share * sum < upTo)]
}

function milliseconds(value) {
  return Math.round(value * 1_000) / 1_000
}

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: { records: { type: 'string' }, seed: { type: 'string' }, dirt: { type: 'string' } },
  })
  let buffer = ''
  const flush = async () => {
    if (!process.stdout.write(buffer)) await once(process.stdout, 'drain')
    buffer = ''
  }
  for (const line of lines({
    records: Number(values.records ?? 1_000),
    seed: Number(values.seed ?? 1),
    dirtShare: Number(values.dirt ?? 0),
  })) {
    buffer += line
    if (buffer.length > 1e6) await flush()
  }
  await flush()
}
