import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { Readable } from 'node:stream'
import { createActionLog } from '@actionlog/core'
import { memoryHandler } from '@actionlog/core/testing'
import { actionLogMiddleware } from '@actionlog/koa'
import Koa, { type Context } from 'koa'
import serverless from 'serverless-http'
import { serve, until } from './serve.js'

describe('an application that does odd things', () => {
  it.each([
    [
      'throws when it is looked at',
      () => ({
        x: 1n,
        get errored(): never {
          throw new Error('no')
        },
      }),
    ],
    [
      'is a proxy that wants no question',
      () =>
        new Proxy(
          {},
          {
            get: () => {
              throw new Error('no')
            },
          },
        ),
    ],
    [
      'is a revoked proxy',
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {})
        revoke()
        return proxy
      },
    ],
  ])('gets its 500 for a body that %s', async (_, body) => {
    const odd = await serve((app) =>
      app.use((ctx) => {
        Object.defineProperty(ctx.response, '_body', { value: body(), writable: true })
        ctx.status = 200
        throw new Error('x')
      }),
    )
    const { status, record } = await odd.get('/')
    expect([status, record.status_code, record.ex_message]).toEqual([500, 500, 'x'])
  })

  it('leaves a record of a client that was gone before the middleware was reached', async () => {
    const handler = memoryHandler()
    const app = new Koa().use(actionLogMiddleware(createActionLog({ handler })))
    const callback = app.callback()
    const server = createServer((req, res) => {
      res.once('close', () => setImmediate(callback, req, res))
      socket.destroy()
    }).listen(0)
    const { port } = server.address() as AddressInfo
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'))
    await until(() => handler.footprints.length > 0)
    server.close()
    expect(handler.footprints).toMatchObject([{ status_code: 499, aborted: true }])
  })

  it('leaves one record of a request that it hands on to another application', async () => {
    const inner = memoryHandler()
    const sub = new Koa().use(actionLogMiddleware(createActionLog({ handler: inner })))
    sub.use((ctx) => void (ctx.body = 'inner'))
    const { get } = await serve((app) =>
      app.use(async (ctx) => {
        ctx.respond = false
        await sub.callback()(ctx.req, ctx.res)
      }),
    )
    const { record, headers } = await get('/')
    expect(record.request_id).toBe(headers.get('x-request-id'))
    expect(inner.footprints).toEqual([])
  })

  it.each([
    ['/', { status_code: 200 }],
    ['/stream', { status_code: 200 }],
    ['/missing', { status_code: 404 }],
    ['/fails', { status_code: 500, ex_message: 'why' }],
  ])('leaves its record of %s before a function without a server has answered', async (path, expected) => {
    const handler = memoryHandler()
    const app = new Koa().use(actionLogMiddleware(createActionLog({ handler })))
    app.silent = true
    app.use((ctx) => {
      if (path === '/fails') throw new Error('why')
      if (path !== '/missing') ctx.body = path === '/' ? 'x' : Readable.from(['a', 'b'])
    })
    const sourceIp = '192.0.2.7'
    const answer = await serverless(app)(
      { httpMethod: 'GET', path, requestContext: { identity: { sourceIp } } },
      {},
    )
    expect(answer).toMatchObject({ statusCode: expected.status_code })
    expect(handler.footprints).toEqual([expect.objectContaining({ ...expected, remote_ip: sourceIp })])
    expect(handler.footprints[0]).not.toHaveProperty('aborted')
  })

  it('keeps the Server-Timing of its own', async () => {
    const { get } = await serve(
      (app) => app.use((ctx) => void (ctx.set('Server-Timing', 'cache;dur=5'), (ctx.body = 'x'))),
      { serverTiming: true },
    )
    expect((await get('/')).headers.get('server-timing')).toMatch(/^cache;dur=5, total;dur=/)
  })

  it('may rewrite the address it believes after this middleware', async () => {
    const { get } = await serve((app) => {
      app.proxy = true
      app.use((ctx) => {
        ctx.req.headers['x-forwarded-for'] = '9.9.9.9'
        ctx.body = ctx.ip
      })
    })
    const { body, record } = await get('/')
    expect([body, record.remote_ip]).toEqual(['9.9.9.9', '9.9.9.9'])
  })

  it.each([
    [false, '127.0.0.1'],
    [true, '9.9.9.9'],
  ])('may leave the body unread: the address is known, behind a proxy (%s), too', async (proxy, address) => {
    const { port, records, problems } = await serve((app) => {
      app.proxy = proxy
      app.use(async (ctx) => {
        for await (const _ of ctx.req) break // destroys the request
        ctx.status = 413
      })
    })
    const headers = { 'x-forwarded-for': '9.9.9.9' }
    const body = 'x'.repeat(1_000_000)
    await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body }).catch(() => {})
    expect(await records(1)).toMatchObject([{ status_code: 413, remote_ip: address }])
    expect(problems).toEqual([])
  })
})

describe('what an application leaves behind', () => {
  const fail = (): never => {
    throw new Error('no')
  }
  const unreadable = new Proxy({}, { get: fail, has: fail })

  test.each<[string, (ctx: Context) => void]>([
    ['a pattern without a text', (ctx) => Object.assign(ctx, { routePath: [Symbol('pattern')] })],
    [
      'a route whose name has no text',
      (ctx) => {
        const name = Object.create(null)
        Object.assign(ctx, {
          matched: [{ path: '/', name, methods: ['GET'] }],
          routerPath: '/',
          routerName: name,
        })
      },
    ],
    ['headers that cannot be read any more', (ctx) => Object.assign(ctx.res, { getHeader: fail })],
    ['an address that is no text', (ctx) => Object.defineProperty(ctx, 'ip', { value: 5 })],
    [
      'a user whose name is too long to read',
      (ctx) => Object.assign(ctx.state, { user: { id: Array(1e9) } }),
    ],
    [
      'a user with a number of a million digits',
      (ctx) => Object.assign(ctx.state, { user: { id: 10n ** 1_000_000n } }),
    ],
  ])('ends with a record and without an exception: %s', async (_, leave) => {
    const { get, problems } = await serve((app) =>
      app.use((ctx) => {
        ctx.body = 'ok'
        leave(ctx)
      }),
    )
    const { status, body, record } = await get('/')
    expect([status, body, record.status_code, record.view_name]).toEqual([200, 'ok', 200, '(unmatched)'])
    expect(record.remote_ip).toBe('127.0.0.1')
    expect(record.user === null || record.user === '[BigInt]').toBe(true)
    expect(problems.every((problem) => /: no$|: Cannot convert/.test(problem))).toBe(true)
  })

  test.each([
    ['a proxy', unreadable],
    ['a text', 'ctx'],
    ['null', null],
  ])(
    'an error that it emits with %s in place of the context reaches its own listener',
    async (_, context) => {
      const heard: unknown[] = []
      const { get } = await serve((app) => {
        app.on('error', (error: Error) => heard.push(error.message))
        app.use((ctx) => {
          ctx.app.emit('error', new Error('emitted'), context)
          ctx.body = 'ok'
        })
      })
      const { status, record } = await get('/')
      expect([status, record.status_code, record.ex_type, heard]).toEqual([200, 200, undefined, ['emitted']])
    },
  )
})
