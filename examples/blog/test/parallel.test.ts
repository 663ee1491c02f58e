import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isFootprint, logIn, parseRecords, startBlog, temporaryFolder } from './running-blog.ts'

const REQUESTS = 200
const USER_AGENT = 'parallel test'
const users = ['Ada', 'Björn', 'Chiara', 'Diego', 'Emeka', 'Fatima', 'Grace', 'Hiro', 'Inês', 'Jonas']
const pages = [
  { url: '/?page=2', view_name: 'home', sql_count: 4 },
  { url: '/posts/24', view_name: 'GET /posts/:id', sql_count: 5 },
  { url: '/posts.csv', view_name: 'download', sql_count: 7 },
  { url: '/authors', view_name: 'GET /authors', sql_count: 3 },
  { url: '/authors/one-by-one', view_name: 'GET /authors/one-by-one', sql_count: 12 },
  { url: '/api/posts?q=walk', view_name: 'GET /api/posts', sql_count: 2 },
  { url: '/posts/new', view_name: 'new_post', sql_count: 1 },
] as const

describe('200 parallel requests of 10 users', () => {
  const logfile = join(temporaryFolder(), 'blog.log')

  it.each([
    ['stdout', { format: 'json' }],
    ['a file', { handlerType: 'file', logfile }],
  ])('leave 200 records on %s, each with its own user, request_id and sql_count', async (sink, setting) => {
    const blog = await startBlog(setting)
    const cookies = await Promise.all(users.map((name) => logIn(blog, name)))
    const expected = await Promise.all(
      Array.from({ length: REQUESTS }, async (_, index) => {
        const page = pages[index % pages.length] as (typeof pages)[number]
        const user = index % users.length
        const response = await fetch(blog.url + page.url, {
          headers: { cookie: cookies[user] as string, 'user-agent': USER_AGENT },
        })
        await response.arrayBuffer()
        return {
          ...page,
          request_id: response.headers.get('x-request-id') as string,
          status_code: 200,
          user: users[user] as string,
        }
      }),
    )
    const { stdout } = await blog.stop()
    const lines = sink === 'stdout' ? stdout : readFileSync(logfile, 'utf8')
    const left = parseRecords(lines)
      .filter(isFootprint)
      .filter((record) => record.user_agent === USER_AGENT)
      .map(({ url, view_name, sql_count, request_id, status_code, user }) => {
        return { url, view_name, sql_count, request_id, status_code, user }
      })
    expect(left).toHaveLength(REQUESTS)
    expect(new Set(left.map((record) => record.request_id)).size).toBe(REQUESTS)
    expect(byRequestId(left)).toEqual(byRequestId(expected))
  })
})

function byRequestId<T extends { request_id: string }>(records: T[]): T[] {
  return records.toSorted((a, b) => a.request_id.localeCompare(b.request_id))
}
