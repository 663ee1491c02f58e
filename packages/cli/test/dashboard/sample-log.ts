// A small log with known causes: the same for every test and for the README's picture.
import { random as seeded } from '../../../../benchmarks/cli/random.js'

export type SampleRecord = Readonly<Record<string, unknown>>

/** When the sample begins, in milliseconds since 1970. */
export const START = Date.UTC(2026, 10, 22, 9)
export const END: number = START + 3 * 3_600_000
/** From here on version 1.4.2 answers, and GET /posts/:id has a cache. */
export const DEPLOY: number = START + 90 * 60_000
/** From here on the payment fails for a quarter of an hour. */
export const FAULT: number = START + 120 * 60_000

const VIEWS = [
  { view_name: 'GET /posts/:id', url: '/posts/', weight: 34, node: 12, sql: 90, sqlCount: 3 },
  { view_name: 'GET /posts', url: '/posts?page=', weight: 22, node: 18, sql: 22, sqlCount: 2 },
  {
    view_name: 'GET /authors/one-by-one',
    url: '/authors/one-by-one',
    weight: 12,
    node: 25,
    sql: 130,
    sqlCount: 41,
  },
  { view_name: 'GET /reports/:year', url: '/reports/', weight: 6, node: 60, sql: 80, sqlCount: 5 },
  { view_name: 'POST /login', url: '/login', weight: 9, node: 55, sql: 4, sqlCount: 1 },
  { view_name: 'POST /orders', url: '/orders', weight: 7, node: 20, sql: 45, sqlCount: 6 },
  { view_name: 'GET /search', url: '/search?q=', weight: 8, node: 9, sql: 60, sqlCount: 1 },
  { view_name: '(unmatched)', url: '/wp-login.php', weight: 2, node: 1, sql: 0, sqlCount: 0 },
] as const
const TOTAL = VIEWS.reduce((sum, { weight }) => sum + weight, 0)
const USERS = ['ada', 'grace', 'linus', 'margaret', 'ken', 'barbara', 'dennis', 'radia', null, null]
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1',
  'curl/8.11.0',
  'Googlebot/2.1 (+http://www.google.com/bot.html)',
]

/** `count` requests over three hours, and some labelled records. */
export function sampleLog(count = 4_000): SampleRecord[] {
  const random = seeded(42)
  const records: SampleRecord[] = []
  for (let i = 0; i < count; i++) {
    const time = START + Math.floor(((i + random()) / count) * (END - START))
    records.push(...visit(i, time, random))
  }
  return records
}

function visit(i: number, time: number, random: () => number): SampleRecord[] {
  const view = pick(random)
  const user = USERS[Math.floor(random() * USERS.length)] ?? null
  const isCached = view.view_name === 'GET /posts/:id' && time >= DEPLOY
  const isCsv = view.view_name === 'GET /reports/:year' && random() < 0.25
  const isFault = view.view_name === 'POST /orders' && time >= FAULT && time < FAULT + 15 * 60_000
  const spread = 0.55 + random() ** 4 * 2.5
  const sql_time = round(view.sql * spread * (isCached ? 0.06 : 1) * (isCsv ? 9 : 1))
  const node_time = round(view.node * (0.7 + random() * 0.6) * (isCsv ? 3 : 1))
  const status_code = statusOf(view.view_name, isFault, random)
  const request_id = `req-${String(i).padStart(6, '0')}`
  const url = view.url + urlEnd(view.view_name, random) + (isCsv ? '?format=csv' : '')
  const isRepeating = view.view_name === 'GET /authors/one-by-one'
  const statement = view.sqlCount > 0 ? `SELECT ${view.url.split('/')[1]?.split('?')[0]}` : undefined
  const footprint = {
    time: new Date(time).toISOString(),
    label_name: 'footprint',
    request_id,
    method: view.view_name.startsWith('POST') ? 'POST' : 'GET',
    url,
    view_name: view.view_name,
    status_code,
    user,
    remote_ip: `192.0.2.${1 + Math.floor(random() * 40)}`,
    user_agent: AGENTS[Math.floor(random() ** 2 * AGENTS.length)],
    sql_count: isCached ? 1 : view.sqlCount,
    sql_time,
    node_time,
    total_time: round(sql_time + node_time),
    ...(status_code === 499 && { aborted: true }),
    ...(statement && { sql_slowest: statement, sql_slowest_time: round(sql_time / 2) }),
    ...(isRepeating && { sql_repeat: 'Post.findFirst', sql_repeat_count: 40 }),
    ...(status_code === 500 && { ex_type: 'PaymentError', ex_message: 'the bank did not answer in 3000 ms' }),
    extra: { version: time < DEPLOY ? '1.4.1' : '1.4.2', pod: `web-${1 + Math.floor(random() * 3)}` },
  }
  if (view.view_name !== 'POST /orders') return [footprint]
  const order = {
    label_name: 'order_save',
    request_id,
    user,
    amount: Math.floor(random() * 200),
    items: 1 + (i % 4),
  }
  return [footprint, { time: new Date(time + 5).toISOString(), ...order }]
}

function statusOf(view: string, isFault: boolean, random: () => number): number {
  if (isFault && random() < 0.6) return 500
  if (view === '(unmatched)') return 404
  const luck = random()
  if (luck < 0.01) return 499
  return luck < 0.03 ? (view === 'POST /login' ? 401 : 404) : 200
}

function urlEnd(view: string, random: () => number): string {
  if (view === 'GET /posts/:id' || view === 'GET /posts') return String(1 + Math.floor(random() * 90))
  if (view === 'GET /reports/:year') return String(2020 + Math.floor(random() * 6))
  return view === 'GET /search'
    ? (['koa', 'prisma', 'n%2B1', 'footprint'][Math.floor(random() * 4)] as string)
    : ''
}

function pick(random: () => number): (typeof VIEWS)[number] {
  let left = random() * TOTAL
  return VIEWS.find(({ weight }) => (left -= weight) < 0) ?? VIEWS[0]
}

function round(ms: number): number {
  return Math.round(ms * 1_000) / 1_000
}
