import { serve } from './serve.js'

test('a record holds nothing of headers, cookies and bodies but User-Agent, traceparent and the request id', async () => {
  const { get, handler } = await serve((app) =>
    app.use(async (ctx) => {
      await ctx.req.toArray()
      ctx.cookies.set('session', 'SECRET-7')
      ctx.set('X-Answer', 'SECRET-8')
      ctx.body = 'SECRET-9'
    }),
  )
  await get('/', {
    method: 'POST',
    headers: {
      authorization: 'Bearer SECRET-1',
      cookie: 'session=SECRET-2',
      referer: 'http://h/?token=SECRET-3',
      'proxy-authorization': 'Basic SECRET-4',
      'x-api-key': 'SECRET-5',
      'user-agent': 'shown',
    },
    body: 'SECRET-6',
  })
  expect(handler.records).toEqual([expect.objectContaining({ user_agent: 'shown', status_code: 200 })])
  expect(JSON.stringify(handler.records)).not.toContain('SECRET')
})
