import { random as seeded } from '../../../benchmarks/cli/random.js'

/** A day of a small shop, always the same: its causes are planted, so that a test knows what must be found. */
type Raw = Readonly<Record<string, unknown>>

export interface ShopLog {
  /** The file's text. */
  readonly text: string
  readonly requests: readonly Raw[]
  readonly labelled: readonly Raw[]
}

const START = Date.parse('2026-11-22T08:00:00Z')
const HOURS = 12
const USERS = ['ada', 'björn', 'chiara', '田中', 'emeka', 'fatima', null, null, null]
const AGENTS = ['Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0', 'curl/8.5.0', 'Googlebot/2.1']

interface ViewKind {
  readonly view: string
  readonly weight: number
  readonly ms: number
  readonly sql: number
  readonly url: (id: number) => string
}

const VIEWS: readonly ViewKind[] = [
  { view: 'GET /posts/:id', weight: 40, ms: 30, sql: 4, url: (id) => `/posts/${id}` },
  { view: 'GET /', weight: 30, ms: 6, sql: 2, url: () => '/' },
  { view: 'GET /search', weight: 12, ms: 55, sql: 3, url: (id) => `/search?q=map&page=${id % 5}` },
  {
    view: 'GET /reports/:id',
    weight: 5,
    ms: 90,
    sql: 6,
    url: (id) => `/reports/${id}?format=${id % 4 === 0 ? 'csv' : 'html'}`,
  },
  { view: 'GET /authors', weight: 8, ms: 20, sql: 12, url: () => '/authors' },
  { view: 'POST /posts', weight: 5, ms: 25, sql: 3, url: () => '/posts' },
]

export function shopLog(count = 3_000, seed = 7): ShopLog {
  const random = seeded(seed)
  const requests: Record<string, unknown>[] = []
  const labelled: Record<string, unknown>[] = []
  const lines: string[] = []
  const id = (n: number): string => `r-${n.toString(16).padStart(6, '0')}`
  for (let n = 0; n < count; n++) {
    const time = START + Math.floor(((n + random()) / count) * HOURS * 3_600_000)
    const kind = pick(VIEWS, random)
    const number = Math.floor(random() * 200)
    const url = kind.url(number)
    const isAfterDeploy = time >= START + 8 * 3_600_000
    let total = kind.ms * Math.exp((random() + random() + random() - 1.5) * 0.9)
    if (url.includes('format=csv')) total *= 9 // planted: why is it slow?
    if (kind.view === 'GET /search' && isAfterDeploy) total *= 3 // planted: a step
    const sqlTime = total * (0.5 + random() * 0.3)
    const fails = kind.view === 'POST /posts' && random() < 0.12
    const user = USERS[Math.floor(random() * USERS.length)] as string | null
    const at = new Date(time).toISOString()
    if (kind.view === 'POST /posts' && !fails) {
      const record = { time: at, label_name: 'post_published', request_id: id(n), user, post_id: number }
      labelled.push(record)
      lines.push(JSON.stringify(record))
    }
    const footprint = {
      time: at,
      label_name: 'footprint',
      request_id: id(n),
      method: kind.view.split(' ')[0],
      url,
      view_name: kind.view,
      status_code: fails ? 500 : number % 97 === 0 ? 404 : 200,
      user,
      remote_ip: `203.0.113.${number}`,
      user_agent: AGENTS[Math.floor(random() ** 3 * AGENTS.length)],
      sql_count: kind.sql,
      sql_time: round(sqlTime),
      node_time: round(total - round(sqlTime)),
      total_time: round(total),
      ...(fails && { ex_type: 'UniqueViolation', ex_message: 'duplicate key value' }),
      ...(kind.view === 'GET /authors' && { sql_repeat: 'Post.findFirst', sql_repeat_count: 10 }),
      extra: { version: isAfterDeploy ? '1.5.0' : '1.4.2' },
    }
    requests.push(footprint)
    lines.push(JSON.stringify(footprint))
  }
  return { text: `${lines.join('\n')}\n`, requests, labelled }
}

function pick(kinds: readonly ViewKind[], random: () => number): ViewKind {
  let left = random() * kinds.reduce((sum, { weight }) => sum + weight, 0)
  return kinds.find(({ weight }) => (left -= weight) < 0) ?? (kinds[0] as ViewKind)
}

function round(ms: number): number {
  return Math.round(ms * 1_000) / 1_000
}
