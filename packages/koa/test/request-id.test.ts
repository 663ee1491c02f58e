import { actionlog } from '@actionlog/koa'
import { serve } from './serve.js'

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

describe('request_id', () => {
  it('is a new UUID, echoed, when the app trusts no proxy', async () => {
    const { get } = await serve((app) => app.use((ctx) => void (ctx.body = 'x')))
    const { record, headers } = await get('/', { headers: { 'x-request-id': 'forged' } })
    expect(record.request_id).toMatch(UUID)
    expect(headers.get('x-request-id')).toBe(record.request_id)
  })

  it('is the header of a trusted proxy, if valid', async () => {
    const { get } = await serve((app) => {
      app.proxy = true
      app.use((ctx) => void (ctx.body = 'x'))
    })
    const ask = async (id: string): Promise<string> =>
      (await get('/', { headers: { 'x-request-id': id } })).record.request_id
    expect(await ask('abc-1.2:3_4')).toBe('abc-1.2:3_4')
    expect(await ask('has space')).toMatch(UUID)
    expect(await ask('x'.repeat(129))).toMatch(UUID)
  })

  it('is echoed with errors too, which lose all other headers', async () => {
    const { get } = await serve((app) => app.use((ctx) => ctx.throw(503)))
    const { record, headers } = await get('/')
    expect(headers.get('x-request-id')).toBe(record.request_id)
  })

  it('goes by another header, or by none', async () => {
    const named = await serve((app) => app.use((ctx) => void (ctx.body = 'x')), {
      requestIdHeader: 'X-Trace',
    })
    const { record, headers } = await named.get('/')
    expect(headers.get('x-trace')).toBe(record.request_id)
    const none = await serve((app) => app.use((ctx) => void (ctx.body = 'x')), { requestIdHeader: false })
    const silent = await none.get('/')
    expect(silent.record.request_id).toMatch(UUID)
    expect(silent.headers.has('x-request-id')).toBe(false)
  })

  it.each<[string, string, (set: (name: string, value: string) => void) => void]>([
    ['in any case', 'own-1', (set) => set('x-REQUEST-id', 'own-1')],
    [
      'more than once: the last one',
      'own-2',
      (set) => (set('X-Request-Id', 'a'), set('X-Request-Id', 'own-2')),
    ],
  ])('is the id that the app puts into the header itself, %s', async (_, id, put) => {
    const { get, handler } = await serve((app) =>
      app.use((ctx) => {
        put((name, value) => ctx.set(name, value))
        actionlog.log({ label_name: 'own' })
        ctx.body = actionlog.requestId
      }),
    )
    const { record, headers, body } = await get('/')
    expect([record.request_id, headers.get('x-request-id'), body]).toEqual([id, id, id])
    expect(handler.labelled('own')).toMatchObject([{ request_id: id }])
  })

  it('is that of a response that the app writes itself', async () => {
    const { get } = await serve((app) =>
      app.use((ctx) => {
        ctx.respond = false
        ctx.res.writeHead(200, { 'X-REQUEST-ID': 'own' }).end()
      }),
    )
    const { record, headers } = await get('/')
    expect([record.request_id, headers.get('x-request-id')]).toEqual(['own', 'own'])
  })

  it('is available to the app, and to code that outlives the request', async () => {
    let later: unknown
    const { get } = await serve((app) =>
      app.use((ctx) => {
        setTimeout(() => {
          later = actionlog.requestId
        }, 5)
        ctx.body = actionlog.requestId
      }),
    )
    const { record, body } = await get('/')
    expect(body).toBe(record.request_id)
    await vi.waitUntil(() => later !== undefined)
    expect(later).toBe(record.request_id)
    expect(actionlog.requestId).toBeUndefined()
  })

  it('is the id of the setting, before that of a proxy', async () => {
    const { get, problems } = await serve(
      (app) => {
        app.proxy = true
        app.use((ctx) => void (ctx.body = 'x'))
      },
      { requestId: ({ query }) => (query.id ? `own ${query.id}` : undefined) },
    )
    const own = await get('/?id=1', { headers: { 'x-request-id': 'proxy' } })
    expect([own.record.request_id, own.headers.get('x-request-id')]).toEqual(['own 1', 'own 1'])
    const others = await get('/', { headers: { 'x-request-id': 'proxy' } })
    expect([others.record.request_id, others.headers.get('x-request-id')]).toEqual(['proxy', 'proxy'])
    expect(problems).toEqual([])
  })

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['cannot stand in a header', () => 'a\r\nb: c'],
    ['comes later', async () => 'later'],
  ])('is a new one, reported, if that of the setting %s', async (_, requestId) => {
    const { get, problems } = await serve((app) => app.use((ctx) => void (ctx.body = 'x')), {
      requestId: requestId as () => string,
    })
    const { record, headers } = await get('/')
    expect(record.request_id).toMatch(UUID)
    expect(headers.get('x-request-id')).toBe(record.request_id)
    expect(problems).toEqual([expect.stringContaining('ACTION_LOG_SETTING.requestId failed: ')])
  })

  it.each([[''], [7], [null], [{}]])('is a new one if the setting says %j', async (id) => {
    const { get, problems } = await serve((app) => app.use((ctx) => void (ctx.body = 'x')), {
      requestId: () => id as string,
    })
    expect((await get('/')).record.request_id).toMatch(UUID)
    expect(problems).toEqual([])
  })

  it('is never the same twice, over more requests than ids have one beginning', async () => {
    const { newId } = await import('../src/request-id.js')
    const ids = new Set(Array.from({ length: 10_000 }, newId))
    expect(ids.size).toBe(10_000)
    for (const id of ids) expect(id).toMatch(UUID)
  })

  it('is not a header before the head goes out', async () => {
    const { get } = await serve((app) =>
      app.use((ctx) => {
        ctx.body = { names: ctx.res.getHeaderNames() }
      }),
    )
    expect((await get('/')).body).toBe('{"names":[]}')
  })
})
