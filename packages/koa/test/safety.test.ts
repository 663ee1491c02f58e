import { once } from 'node:events'
import { connect, createServer } from 'node:http2'
import type { ActionLogWriter } from '@actionlog/koa'
import Router from '@koa/router'
import fc from 'fast-check'
import type Koa from 'koa'
import { type Ask, ask, NASTY, text, token, visible } from './requests.js'
import { exchange, expectNoUnhandled, listen, runs, twins } from './safety.js'

expectNoUnhandled()

/** Takes all it can from the client, and hands it on to the log. */
function echo(app: Koa, log?: ActionLogWriter): void {
  const router = new Router()
    .use((ctx, next) => {
      ctx.state.user = { id: ctx.get('x-user') }
      log?.set({ query: ctx.query, headers: ctx.headers })
      return next()
    })
    .all('/posts/:id', (ctx) => {
      log?.log({ label_name: ctx.params.id, path: ctx.path })
      ctx.body = 'x'
    })
  app.use(router.routes())
}

const statuses = (answer: string): string[] => answer.match(/^HTTP\/1\.1 \d+/gm) ?? []

it('any bytes on a socket leave a valid line for each request, and the answers they have without the log', async () => {
  const { ports, requests, problems, written } = await twins(echo)
  const raw = ({ method, target, headers, body }: Ask): string =>
    [
      `${method} ${target} HTTP/1.1`,
      'Host: x',
      `Content-Length: ${body.length}`,
      ...headers.map((header) => header.join(': ')),
      `\r\n${body}`,
    ].join('\r\n')
  const request = fc
    .oneof({ weight: 4, arbitrary: ask(visible, token) }, { weight: 1, arbitrary: ask(text, text) })
    .map(raw)
  const bytes = fc.oneof(
    { weight: 9, arbitrary: fc.array(request, { minLength: 1, maxLength: 3 }).map((all) => all.join('')) },
    { weight: 1, arbitrary: text },
  )
  let reached = 0
  await fc.assert(
    fc.asyncProperty(bytes, async (sent) => {
      const before = requests()
      const [with_, without] = await Promise.all(ports.map((port) => exchange(port, sent)))
      expect(statuses(with_ as string)).toEqual(statuses(without as string))
      expect(with_).not.toMatch(/^HTTP\/1\.1 500/m)
      const records = await written(requests() - before)
      for (const { url, view_name } of records) {
        expect(url).not.toContain('s3cret')
        expect(view_name).toMatch(/^(?:[A-Z-]+ \/posts\/:id|\(unmatched\))$/)
      }
      reached += records.length
    }),
    runs(600),
  )
  expect(problems).toEqual([])
  expect(reached).toBeGreaterThan(300)
})

it('any method, path and header over HTTP/2 do too', async () => {
  const { logged, problems, written } = await twins(echo)
  const client = connect(`http://127.0.0.1:${await listen(createServer(logged.callback()))}`)
  await once(client, 'connect')
  const send = ({ method, target, headers }: Ask): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const stream = client.request({ ...Object.fromEntries(headers), ':method': method, ':path': target })
      stream.on('response', (answer) => resolve(answer[':status'])).on('error', reject)
      stream.on('close', () => resolve(undefined))
      stream.resume().end()
    })
  let answered = 0
  await fc.assert(
    fc.asyncProperty(ask(visible, token), async (asked) => {
      // what the client refuses to send, or Node to take (417 for an unknown Expect), is no request
      const status = await send(asked).catch(() => undefined)
      if (status === undefined || status === 417) return
      answered++
      expect([200, 404]).toContain(status)
      const [record] = await written(1)
      expect(record?.view_name).toMatch(/^(?:[A-Z-]+ \/posts\/:id|\(unmatched\))$/)
    }),
    runs(300),
  )
  client.close()
  expect(problems).toEqual([])
  expect(answered).toBeGreaterThan(50)
})

describe('any value', () => {
  const revoked = Proxy.revocable({}, {})
  revoked.revoke()
  const fails = (): never => expect.fail('\x1b[2J\n')
  // biome-ignore format: one value after the other
  const hostile: unknown[] = [
    revoked.proxy, new Proxy({}, { get: fails }), new Proxy(() => {}, {}), Object.create(null), Symbol('s'), () => {}, fails, class {},
    { get id() { return fails() } }, { id: fails }, { actionlog_name: async () => fails() }, { sub: { toString: fails } },
    { id: 1, isAuthenticated: fails }, { id: 1, isAuthenticated: async () => fails() }, { id: 1, isAuthenticated: revoked.proxy },
    { toJSON: fails }, { id: { toString: () => 7 } }, { id: NASTY }, Promise.resolve({ id: 1 }), Buffer.from(NASTY.join('')),
    { id: NASTY.join('') }, { id: '\ud800' }, Object.fromEntries([['then', fails]]), new Date(Number.NaN), 10n ** 400n, new Map([[{}, 1n]]),
  ]
  const errors: unknown[] = [
    Object.defineProperty(new Error('x'), 'message', { get: fails }),
    Object.defineProperty(new Error('x'), 'stack', { get: fails }),
    Object.assign(new Error(NASTY.join('')), { name: NASTY.join('\n') }),
    Object.assign(new Error('x\n    at forged (/a.js:1:1)\n\nuser : root'), { status: 400, expose: true }),
    Object.assign(new Error('x'), { constructor: null, status: '200', headers: { 'x-a': 'b' } }),
    new AggregateError([new Error('a')], 'x', { cause: new Error('b') }),
  ]
  // in functions: fast-check looks into what it generates
  const oneOf = (values: unknown[]) => fc.nat(values.length - 1).map((i) => () => values[i])
  const any = (constraints: fc.ObjectConstraints) => fc.anything(constraints).map((it) => () => it)
  const value = fc.oneof(
    oneOf(hostile),
    any({ withBigInt: true, withDate: true, withMap: true, withSet: true, withNullPrototype: true }),
    text.map((it) => () => it),
  )
  // what Koa itself takes: it waits forever after `throw null`, and fails over BigInts and what has no JSON
  const thrown = fc
    .oneof(
      oneOf(errors),
      any({}),
      text.map((it) => () => it),
    )
    .filter((it) => it() != null)

  it('as user, field or error leaves one valid line, and the answer it has without the log', async () => {
    let now: { user: unknown; field: unknown; thrown?: unknown } | undefined
    const { ports, written } = await twins((app, log) =>
      app.use((ctx) => {
        ctx.state.user = now?.user
        log?.set(now?.field as never)
        log?.set({ field: now?.field })
        log?.log(now?.field as never)
        log?.log({ label_name: now?.field as string, field: now?.field })
        if (now && 'thrown' in now) throw now.thrown
        ctx.body = 'x'
      }),
    )
    await fc.assert(
      fc.asyncProperty(value, value, fc.option(thrown, { nil: undefined }), async (user, field, error) => {
        now = { user: user(), field: field(), ...(error && { thrown: error() }) }
        const [with_, without] = await Promise.all(
          ports.map(async (port) => {
            const answer = await fetch(`http://127.0.0.1:${port}/`)
            return [answer.status, await answer.text()]
          }),
        )
        expect(with_).toEqual(without)
        const [record] = await written(1)
        expect(record?.status_code).toBe(with_?.[0])
        expect(record?.user === null || typeof record?.user === 'string').toBe(true)
        expect(typeof record?.ex_message).toBe(error ? 'string' : 'undefined')
      }),
      runs(500),
    )
  })
})
