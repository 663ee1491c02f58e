import type { Dashboard } from '../../dist/dashboard/server.js'

export interface Answer {
  readonly status: number
  readonly text: string
}

/** A browser without a page: it has a session, and asks what a page asks. */
export interface Client {
  readonly origin: string
  readonly cookie: string
  get(path: string): Promise<Answer>
  ask(question: string, scope?: unknown, options?: unknown): Promise<Answer>
}

export async function openClient(dashboard: Pick<Dashboard, 'url'>): Promise<Client> {
  const { origin, hash } = new URL(dashboard.url)
  const response = await postKey(origin, hash.replace('#key=', ''))
  const cookie = String(response.headers.get('set-cookie')).split(';')[0] as string
  const get = async (path: string): Promise<Answer> => {
    const answer = await fetch(`${origin}${path}`, { headers: { cookie } })
    return { status: answer.status, text: await answer.text() }
  }
  return {
    origin,
    cookie,
    get,
    ask(question, scope = {}, options = {}) {
      const params = { scope: JSON.stringify(scope), options: JSON.stringify(options) }
      return get(`/api/${question}?${new URLSearchParams(params)}`)
    },
  }
}

export function postKey(origin: string, key: unknown): Promise<Response> {
  return fetch(`${origin}/session`, { method: 'POST', body: JSON.stringify({ key }) })
}
