import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { ActionLogRecord } from '@actionlog/koa'
import { beforeAll, describe, expect, it } from 'vitest'
import { isFootprint, logIn, parseRecords, startBlog, temporaryFolder } from './running-blog.ts'

describe('the first visit that npm start makes', () => {
  let records: ActionLogRecord[]
  beforeAll(async () => {
    const blog = await startBlog({ format: 'json' })
    records = parseRecords((await blog.stop()).stdout)
  })

  it('leaves one right footprint of each page', () => {
    const footprints = records.filter(isFootprint)
    expect(
      footprints.map((it) => [it.method, it.url, it.view_name, it.status_code, it.user, it.sql_count]),
    ).toEqual([
      ['GET', '/', 'home', 200, null, 3],
      ['GET', '/login', 'login', 200, null, 1],
      ['POST', '/login', 'POST /login', 302, 'Ada', 1],
      ['GET', '/posts/24', 'GET /posts/:id', 200, 'Ada', 5],
      ['GET', '/api/posts?q=map', 'GET /api/posts', 200, 'Ada', 2],
      ['GET', '/authors', 'GET /authors', 200, 'Ada', 3],
      ['GET', '/authors/one-by-one', 'GET /authors/one-by-one', 200, 'Ada', 12],
      ['GET', '/posts/new', 'new_post', 200, 'Ada', 1],
      ['POST', '/posts', 'POST /posts', 302, 'Ada', 2],
      ['POST', '/posts/26/comments', 'POST /posts/:id/comments', 302, 'Ada', 2],
      ['POST', '/posts/26/delete', 'POST /posts/:id/delete', 302, 'Ada', 2],
      ['GET', '/posts.csv', 'download', 200, 'Ada', 7],
      ['GET', '/no/such/page', '(unmatched)', 404, 'Ada', 1],
      ['GET', '/slow', 'slow', 200, 'Ada', 2],
      ['GET', '/broken', 'broken', 500, 'Ada', 1],
      ['POST', '/logout', 'POST /logout', 302, 'Ada', 1],
    ])
    for (const { sql_time, node_time, total_time } of footprints) {
      expect(sql_time).toBeGreaterThan(0)
      expect(node_time).toBeGreaterThan(0)
      expect(sql_time + node_time).toBeCloseTo(total_time, 2)
    }
  })

  it('shows the repeated statement of the page that asks one by one, and of no other', () => {
    const footprints = records.filter(isFootprint)
    const repeating = footprints.filter((it) => it.sql_repeat_count !== undefined)
    expect(repeating).toMatchObject([{ url: '/authors/one-by-one', sql_repeat_count: 10 }])
  })

  it('leaves one error, with the exception in its footprint', () => {
    const footprints = records.filter(isFootprint)
    expect(footprints.filter((it) => it.ex_type !== undefined)).toMatchObject([
      {
        view_name: 'broken',
        ex_type: 'Error',
        ex_message: 'The bridge is out',
        ex_stack: expect.any(String),
      },
    ])
  })

  it('leaves one labelled record, with the request_id of its footprint', () => {
    const footprint = records.filter(isFootprint).find((it) => it.view_name === 'POST /posts')
    expect(footprint?.extra).toEqual({ words: 6 })
    expect(records.filter((it) => !isFootprint(it))).toEqual([
      {
        time: expect.any(String),
        label_name: 'post_published',
        request_id: footprint?.request_id,
        user: 'Ada',
        post_id: 26,
        title: 'First footprints',
      },
    ])
  })
})

describe('the blog', () => {
  it('leaves no record of a health check', async () => {
    const blog = await startBlog({ format: 'json' })
    expect((await fetch(`${blog.url}/healthz`)).status).toBe(200)
    expect((await blog.stop()).stdout).not.toContain('healthz')
  })

  it('finishes running requests when it is stopped, and loses no record', async () => {
    const blog = await startBlog({ format: 'json' })
    const slow = get(`${blog.url}/slow`, { headers: { expect: '100-continue' } })
    await once(slow, 'continue') // it has arrived
    const [[response], { exitCode, stdout, stderr }] = await Promise.all([
      once(slow, 'response'),
      blog.stop(),
    ])
    expect(response.statusCode).toBe(200)
    expect(exitCode).toBe(0)
    expect(parseRecords(stdout).at(-1)).toMatchObject({
      view_name: 'slow',
      request_id: response.headers['x-request-id'],
    })
    expect(stderr).not.toMatch(/error|warning/i)
  })

  it('writes to a file instead when the environment says so, and says where', async () => {
    const logfile = join(temporaryFolder(), 'new', 'blog.log')
    const { stdout, stderr } = await (await startBlog({ handlerType: 'file', logfile })).stop()
    expect(stdout).toBe('')
    expect(stderr).toContain(logfile)
    expect(parseRecords(readFileSync(logfile, 'utf8'))).toHaveLength(17)
  })

  it('shows its records and keeps them in a file, which the command it invites to can read', async () => {
    const { stdout, stderr } = await (await startBlog(undefined)).stop()
    expect(stdout).toContain('= Footprint Log =')
    const [, logfile = ''] = /npx actionlog report (\S+)/.exec(stderr) ?? []
    expect(parseRecords(readFileSync(logfile, 'utf8'))).toHaveLength(17)
    const report = execFileSync('npx', ['--no-install', 'actionlog', 'report', logfile], { encoding: 'utf8' })
    expect(report).toContain('17 pieces = 16 requests + 1 labelled + 0 rejected + 0 blank')
    expect(report).toContain('Post.findFirst')
  })

  it('takes the next port when its own is taken', async () => {
    const other = createServer().listen(0)
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const blog = await startBlog({ format: 'json' }, port)
    expect(Number(new URL(blog.url).port)).toBeGreaterThan(port)
    other.close()
    await blog.stop()
  })

  it('escapes what people write', async () => {
    const blog = await startBlog({ format: 'json' })
    const headers = { cookie: await logIn(blog, 'Björn') }
    const body = new URLSearchParams({ comment: '<b>"hi"</b>' })
    await fetch(`${blog.url}/posts/1/comments`, { method: 'POST', headers, body })
    const page = await (await fetch(`${blog.url}/posts/1`)).text()
    expect(page).toContain('&#60;b&#62;&#34;hi&#34;&#60;/b&#62;')
    await blog.stop()
  })
})
