import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { currentSql } from '@actionlog/core'
import { type ActionLogError, actionLogMiddleware, actionlog } from '@actionlog/koa'
import Koa from 'koa'
import { gate } from './matrix/case.js'
import { serve, until } from './serve.js'

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe('actionLogMiddleware writes one record', () => {
  it('with every field of a footprint', async () => {
    const { get } = await serve((app) => app.use((ctx) => void (ctx.body = 'hello')))
    const { record, headers } = await get('/hello?a=1', { headers: { 'user-agent': 'test/1' } })
    expect(record).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      label_name: 'footprint',
      request_id: headers.get('x-request-id'),
      method: 'GET',
      url: '/hello?a=1',
      view_name: '(unmatched)',
      status_code: 200,
      user: null,
      remote_ip: '127.0.0.1',
      user_agent: 'test/1',
      sql_count: 0,
      sql_time: 0,
      node_time: record.total_time,
      total_time: expect.any(Number),
      head_time: expect.any(Number),
    })
    expect(record.total_time).toBeGreaterThan(0)
    expect(record.head_time).toBeGreaterThan(0)
    expect(record.head_time).toBeLessThanOrEqual(record.total_time)
  })

  it.each([
    ['a string', (ctx: Koa.Context) => void (ctx.body = 'text'), 200],
    ['JSON', (ctx: Koa.Context) => void (ctx.body = { a: 1 }), 200],
    ['a stream', (ctx: Koa.Context) => void (ctx.body = Readable.from(['a', 'b'])), 200],
    ['no body', (ctx: Koa.Context) => void (ctx.status = 204), 204],
    ['a redirect', (ctx: Koa.Context) => ctx.redirect('/elsewhere'), 302],
    ['nothing at all', () => {}, 404],
    [
      'a response by hand',
      (ctx: Koa.Context) => void ((ctx.respond = false), ctx.res.writeHead(201).end('x')),
      201,
    ],
  ])('with the status that was sent, for %s', async (_, handle, status) => {
    const { get } = await serve((app) => app.use(handle))
    const answer = await get('/')
    expect([answer.status, answer.record.status_code]).toEqual([status, status])
    expect(answer.record).not.toHaveProperty('aborted')
    expect(answer.record).not.toHaveProperty('ex_type')
  })

  it('for a request that fails: the normal fields and the exception, which Koa still gets', async () => {
    const thrown = new TypeError('boom')
    const seen: unknown[] = []
    const { get } = await serve((app) => {
      app.on('error', (error) => seen.push(error))
      app.use(() => {
        throw thrown
      })
    })
    const { status, record, body } = await get('/')
    expect([status, record.status_code, body]).toEqual([500, 500, 'Internal Server Error'])
    expect(record).toMatchObject({ ex_type: 'TypeError', ex_message: 'boom', ex_stack: thrown.stack })
    expect(seen).toEqual([thrown])
  })

  it('without a stack below 500', async () => {
    const { get } = await serve((app) => app.use((ctx) => ctx.throw(404, 'no such post')))
    const { record } = await get('/')
    expect(record).toMatchObject({ status_code: 404, ex_type: 'NotFoundError', ex_message: 'no such post' })
    expect(record).not.toHaveProperty('ex_stack')
  })

  it('without an exception when one below handled it', async () => {
    const { get } = await serve((app) => {
      app.use((ctx, next) => next().catch(() => void (ctx.status = 418)))
      app.use(() => {
        throw new Error('handled')
      })
    })
    const { record } = await get('/')
    expect(record.status_code).toBe(418)
    expect(record).not.toHaveProperty('ex_type')
  })

  it('with the error of a response stream that fails half-way', async () => {
    const { port, records } = await serve((app) => {
      app.use((ctx) => {
        ctx.body = Readable.from(
          (async function* () {
            yield 'first'
            throw new RangeError('half-way')
          })(),
        )
      })
    })
    const response = await fetch(`http://127.0.0.1:${port}/`)
    await expect(response.text()).rejects.toThrow()
    expect(await records(1)).toMatchObject([
      { status_code: 200, ex_type: 'RangeError', ex_message: 'half-way' },
    ])
    expect((await records(1))[0]).not.toHaveProperty('aborted')
  })

  it('as 499 and aborted when the client leaves before headers were sent', async () => {
    const [entered, release] = [gate(), gate()]
    const { port, records } = await serve((app) => {
      app.use(async (ctx) => {
        entered.open()
        await release.opened
        ctx.body = 'too late'
      })
    })
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'))
    await entered.opened
    socket.destroy()
    const [record] = await records(1)
    expect(record).toMatchObject({ status_code: 499, aborted: true, remote_ip: '127.0.0.1' })
    expect(record).not.toHaveProperty('ex_type')
    release.open()
    await records(1)
  })

  it('as aborted, with the status that was sent, when the client leaves in the middle of the body', async () => {
    const { port, records } = await serve((app) => {
      app.use((ctx) => {
        ctx.body = new Readable({ read: () => {} })
        ctx.body.push('part')
      })
    })
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'))
    await new Promise((resolve) => socket.once('data', resolve))
    socket.destroy()
    const [record] = await records(1)
    expect(record).toMatchObject({ status_code: 200, aborted: true })
    expect(record).not.toHaveProperty('ex_type')
  })

  it('also when the middleware is mounted twice', async () => {
    const { get, log } = await serve((app) => {
      app.use((ctx, next) => actionLogMiddleware(log)(ctx, next))
      app.use((ctx) => void (ctx.body = 'once'))
    })
    expect((await get('/')).record.status_code).toBe(200)
  })
})

describe('the request context', () => {
  it('gives log() the request id, set() the footprint and queries the account of their own request, in parallel', async () => {
    const { port, handler, records } = await serve((app) => {
      app.use(async (ctx) => {
        const n = Number(ctx.query.n)
        actionlog.set({ n })
        for (let i = 0; i < n; i++) {
          const statement = currentSql()?.start('SELECT 1')
          await pause(n % 3)
          statement?.end()
        }
        actionlog.log({ label_name: 'done', n })
        ctx.body = String(n)
      })
    })
    await Promise.all(
      Array.from({ length: 100 }, (_, n) => fetch(`http://127.0.0.1:${port}/?n=${n}`).then((r) => r.text())),
    )
    for (const record of await records(100)) {
      const n = Number(new URLSearchParams(record.url.slice(2)).get('n'))
      expect(record).toMatchObject({ extra: { n }, sql_count: n })
      expect(record.sql_time + record.node_time).toBeCloseTo(record.total_time, 3)
    }
    const ids = new Map(handler.footprints.map((record) => [record.request_id, record.extra?.n]))
    expect(ids.size).toBe(100)
    for (const { request_id, n } of handler.labelled('done')) expect(ids.get(request_id as string)).toBe(n)
  })

  it('ends with the record: a later call is reported', async () => {
    let late = Promise.resolve()
    const { get, problems, handler } = await serve((app) => {
      app.use((ctx) => {
        late = until(() => handler.footprints.length > 0).then(() => {
          currentSql()?.start('SELECT 1').end()
          actionlog.set({ late: true })
        })
        ctx.body = 'x'
      })
    })
    const { record } = await get('/')
    await late
    expect(record).toMatchObject({ sql_count: 0 })
    expect(record).not.toHaveProperty('extra')
    expect(problems).toEqual([expect.stringContaining('set() was called after the footprint was written')])
  })

  it('is that of each app, when a process has several', async () => {
    const shop = await serve((app) =>
      app.use((ctx) => void (actionlog.log({ label_name: 'x', app: 'shop' }), (ctx.body = 's'))),
    )
    const blog = await serve((app) =>
      app.use((ctx) => void (actionlog.log({ label_name: 'x', app: 'blog' }), (ctx.body = 'b'))),
    )
    await Promise.all([shop.get('/'), blog.get('/')])
    expect(shop.handler.labelled('x').map((record) => record.app)).toEqual(['shop'])
    expect(blog.handler.labelled('x').map((record) => record.app)).toEqual(['blog'])
  })
})

describe('settings', () => {
  it('ignore: leaves no record, while log() inside still writes', async () => {
    const { port, get, handler } = await serve(
      (app) =>
        app.use(
          (ctx) => void (actionlog.set({ a: 1 }), actionlog.log({ label_name: 'seen' }), (ctx.body = 'ok')),
        ),
      { ignore: (ctx) => ctx.path === '/healthz' },
    )
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).headers.has('x-request-id')).toBe(false)
    await get('/')
    expect(handler.footprints.map((record) => record.url)).toEqual(['/'])
    expect(handler.labelled('seen')).toHaveLength(2)
  })

  it('keep: is asked for each footprint', async () => {
    const { port, records } = await serve(
      (app) => app.use((ctx) => void (ctx.status = Number(ctx.query.s))),
      {
        keep: (record) => record.status_code >= 400,
      },
    )
    for (const status of [200, 404, 201, 500]) await fetch(`http://127.0.0.1:${port}/?s=${status}`)
    expect((await records(2)).map((record) => record.status_code)).toEqual([404, 500])
  })

  it('viewName: comes before the router, undefined leaves it to it', async () => {
    const { get } = await serve((app) => app.use((ctx) => void (ctx.body = 'x')), {
      viewName: (ctx) => (ctx.path.startsWith('/rpc') ? 'rpc' : undefined),
    })
    expect((await get('/rpc/1')).record.view_name).toBe('rpc')
    expect((await get('/other')).record.view_name).toBe('(unmatched)')
  })

  it('ignore, keep and viewName that throw keep the record and are reported', async () => {
    const fail = (what: string) => (): never => {
      throw new Error(`no ${what}`)
    }
    const { get, problems } = await serve((app) => app.use((ctx) => void (ctx.body = 'x')), {
      ignore: fail('ignore'),
      keep: fail('keep'),
      viewName: fail('viewName'),
    })
    expect((await get('/')).record.view_name).toBe('(unmatched)')
    expect(problems).toEqual(
      ['ignore', 'viewName', 'keep'].map((name) => expect.stringContaining(`${name} failed`)),
    )
  })

  it('serverTiming: sends total, sql with its count, and node, also with an error', async () => {
    const form = /^total;dur=[\d.]+, sql;dur=[\d.]+;desc="1 statement", node;dur=[\d.]+$/
    const { get } = await serve(
      (app) =>
        app.use((ctx) => {
          currentSql()?.start('SELECT 1').end()
          if (ctx.path === '/error') throw new Error('x')
          ctx.body = 'x'
        }),
      { serverTiming: true },
    )
    expect((await get('/')).headers.get('server-timing')).toMatch(form)
    expect((await get('/error')).headers.get('server-timing')).toMatch(form)
  })

  it('maskQuery: hides values of sensitive keys', async () => {
    const { get } = await serve((app) => app.use((ctx) => void (ctx.body = 'x')))
    expect((await get('/login?password=1&q=a&access_token=b')).record.url).toBe(
      '/login?password=***&q=a&access_token=***',
    )
  })

  it('are checked when the app is made, all problems at once', () => {
    const make = (): unknown =>
      actionLogMiddleware({ handler_type: 'file', repeatThreshold: '5' as unknown as number })
    expect(make).toThrow(expect.objectContaining({ code: 'invalid_settings' }) as ActionLogError)
    expect(make).toThrow(/handler_type is unknown; did you mean handlerType\?/)
    expect(make).toThrow(/repeatThreshold must be an integer from 2 to 1000000, got "5"/)
  })
})

describe('the application', () => {
  it("keeps Koa's own error report: actionlog adds no error listener", async () => {
    const app = new Koa()
    app.use(actionLogMiddleware({ handlerType: 'null' }))
    app.callback()
    expect(app.listenerCount('error')).toBe(1)
  })

  it('is not harmed by a handler that throws', async () => {
    const broken = {
      emit: () => expect.fail('emit'),
      flush: async () => {},
      close: async () => {},
      stats: () => ({ emitted: 0, delivered: 0, dropped: 0, pending: 0 }),
    }
    const { port, problems } = await serve((app) => app.use((ctx) => void (ctx.body = 'fine')), {
      handler: broken,
    })
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('fine')
    await until(() => problems.length > 0)
    expect(problems).toEqual([expect.stringContaining('emit() failed')])
  })
})
