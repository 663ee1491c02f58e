import { serve, until } from './serve.js'

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

test.each([
  [undefined],
  [Number.NaN],
  ['now'],
  [9e15],
  [-9e15],
  [1_700_000_000_000.5],
  [null],
  [Symbol('now')],
])('a Date.now() that gives %s breaks no request, and the time is valid', async (now) => {
  const { get, handler, log } = await serve((app) => app.use((ctx) => void (ctx.body = 'x')))
  const spy = vi.spyOn(Date, 'now').mockReturnValue(now as number)
  const { record, status } = await get('/')
  log.log({ label_name: 'l' })
  spy.mockRestore()
  expect(status).toBe(200)
  expect(record.time).toMatch(ISO)
  expect(Number.isNaN(Date.parse(record.time))).toBe(false)
  expect(handler.labelled('l')).toMatchObject([{ time: expect.stringMatching(ISO) }])
})

test.each([[undefined], [Number.NaN], ['now']])(
  'a performance.now() that gives %s breaks no request',
  async (now) => {
    const { get } = await serve((app) => app.use((ctx) => void (ctx.body = 'x')))
    vi.spyOn(performance, 'now').mockReturnValue(now as number)
    const { record } = await get('/')
    expect([record.total_time, record.sql_time, record.node_time]).toEqual([0, 0, 0])
  },
)

test('timers that were faked before actionlog was imported lose no record', async () => {
  vi.resetModules()
  vi.useFakeTimers()
  const { actionLogMiddleware } = await import('../src/middleware.js')
  const { createActionLog } = await import('@actionlog/core')
  const { memoryHandler } = await import('@actionlog/core/testing')
  const { default: Koa } = await import('koa')
  const handler = memoryHandler()
  const log = createActionLog({ handler })
  const app = new Koa().use(actionLogMiddleware(log))
  app.use((ctx) => {
    ctx.respond = false
    ctx.res.destroy()
  })
  const server = app.listen(0)
  const { port } = server.address() as { port: number }
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
  vi.useRealTimers()
  await until(() => handler.footprints.length > 0)
  vi.useFakeTimers()
  expect(handler.footprints).toMatchObject([{ status_code: 499 }])
  await log.close()
  vi.useRealTimers()
  server.close()
})
