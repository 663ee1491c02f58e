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
})
