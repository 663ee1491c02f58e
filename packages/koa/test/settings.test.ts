import { once } from 'node:events'
import { connect } from 'node:net'
import type { ActionLogSettings } from '@actionlog/koa'
import type Koa from 'koa'
import { serve } from './serve.js'

const ok = (app: Koa): void => void app.use((ctx) => void (ctx.body = 'x'))
const never = new Set<unknown>()
const unhandled = (reason: unknown): void => void never.add(reason)

beforeAll(() => void process.on('unhandledRejection', unhandled))
afterAll(() => void process.off('unhandledRejection', unhandled))
afterEach(() => expect([...never]).toEqual([]))

/** The `url` on the record of a request with this target, sent as it is. */
async function urlOf(target: string, settings: ActionLogSettings<Koa.Context> = {}): Promise<string> {
  const { port, records } = await serve(ok, settings)
  const socket = connect(port, '127.0.0.1', () =>
    socket.write(Buffer.from(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, 'latin1')),
  )
  await once(socket.resume(), 'close')
  const [record] = await records(1)
  return record?.url as string
}

describe('url', () => {
  it.each([
    ['/a/b?x=1&y=%20', '/a/b?x=1&y=%20'],
    ['/?token=t&x=1', '/?token=***&x=1'],
    ['/?%74oken=t', '/?%74oken=***'],
    ['/?api%5Fkey=t&Api-Key=t', '/?api%5Fkey=***&Api-Key=***'],
    ['/?user%5Bpassword%5D=t&user[password]=t', '/?user%5Bpassword%5D=***&user[password]=***'],
    ['/?%zz=1&password=%zz%', '/?%zz=1&password=***'],
    ['/?password=a?b=c&x', '/?password=***&x'],
    ['/?x=password&=t', '/?x=password&=t'],
    ['http://h:80/p?token=t', 'http://h:80/p?token=***'],
    ['http://u:p@h/p?token=t', 'http://***@h/p?token=***'],
    ['HTTP://u@h', 'HTTP://***@h'],
    ['http://u:p@h?x=@', 'http://***@h?x=@'],
    ['http://h/@u', 'http://h/@u'],
    ['//u@h/p', '//u@h/p'],
  ])('of the target %s is %s', async (target, url) => {
    expect(await urlOf(target)).toBe(url)
  })

  it('never has credentials, whatever maskQuery says', async () => {
    expect(await urlOf('http://u:p@h/?token=t', { maskQuery: false })).toBe('http://***@h/?token=t')
    expect(await urlOf('http://u:p@h/?token=t&pin=1', { maskQuery: ['pin'] })).toBe(
      'http://***@h/?token=t&pin=***',
    )
  })

  it('is the one received, though a middleware rewrote it', async () => {
    const { get } = await serve((app) =>
      app.use((ctx) => {
        ctx.url = '/inner?token=t'
        Object.assign(ctx, { originalUrl: null })
        ctx.body = 'x'
      }),
    )
    expect((await get('/outer?secret=s')).record.url).toBe('/outer?secret=***')
  })
})

describe('a callback that answers with a promise', () => {
  const rejects = async (): Promise<never> => expect.fail('later')

  it.each([
    ['ignore', 'true', async () => true],
    ['ignore', 'a rejection', rejects],
    ['keep', 'false', async () => false],
    ['keep', 'a rejection', rejects],
    ['viewName', 'a name', async () => 'name'],
    ['viewName', 'a rejection', rejects],
  ])('is reported, and the record written: %s with %s', async (name, _, callback) => {
    const { get, problems } = await serve(ok, { [name]: callback })
    expect((await get('/')).record).toMatchObject({ view_name: '(unmatched)', status_code: 200 })
    expect(problems).toEqual([
      expect.stringMatching(`${name} failed.*: it must return its answer, not a promise`),
    ])
  })
})

it.each(['', undefined, null, 7, {}])('viewName: %j is no name', async (name) => {
  const { get, problems } = await serve(ok, { viewName: () => name as string })
  expect((await get('/')).record.view_name).toBe('(unmatched)')
  expect(problems).toEqual([])
})

it('ignore: is asked with the context before anything else, keep with the finished record', async () => {
  const asked: unknown[] = []
  const { get } = await serve(ok, {
    ignore: (ctx) => {
      asked.push([ctx.method, ctx.path, ctx.get('x-probe'), ctx.status])
      return ctx.get('x-probe') !== ''
    },
    keep: ({ status_code, url, user }) => asked.push([status_code, url, user]) > 0,
  })
  await get('/a?b=1')
  expect(asked).toEqual([
    ['GET', '/a', '', 404],
    [200, '/a?b=1', null],
  ])
})

it.each([
  ['throws', () => expect.fail('onError')],
  ['rejects', async () => expect.fail('onError')],
])('onError: one that %s harms nothing', async (_, onError) => {
  const silence = vi.spyOn(console, 'error').mockImplementation(() => {})
  const { get } = await serve(ok, { onError, ignore: () => expect.fail('ignore') })
  expect((await get('/')).record.status_code).toBe(200)
  silence.mockRestore()
})
