import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import { actionlog } from '@actionlog/koa'
import { serve } from './serve.js'

// The recipes of docs/recipes.md, as they stand there.

const folder = join(import.meta.dirname, 'generated')
beforeAll(() => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/recipes.md'), 'utf8')
  mkdirSync(folder, { recursive: true })
  for (const [, code, file] of page.matchAll(/^```ts\n(\/\/ ([\w-]+\.ts)\n[\s\S]*?)^```$/gm))
    writeFileSync(join(folder, file as string), code as string)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// biome-ignore lint/suspicious/noExplicitAny: each recipe exports something else
const load = (recipe: string): Promise<any> => import(join(folder, `${recipe}.ts`))

describe('the recipe that shortens IP addresses', () => {
  test.each([
    ['192.0.2.7', '192.0.2.0'],
    ['::ffff:192.0.2.7', '192.0.2.0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
    ['2001:db8:1:2::7', '2001:db8:1::'],
    ['2001:db8::7', '2001:db8:0::'],
    ['1::2:3:4:5:6:7', '1:0:2::'],
    ['::1', '0:0:0::'],
    ['fe80::1%eth0', 'fe80:0:0::'],
    ['not an address', ''],
    ['', ''],
  ])('makes of %j %j', async (remote_ip, network) => {
    const { shortenIp } = await load('shorten-ip')
    expect(shortenIp({ remote_ip })).toEqual({ remote_ip: network })
  })

  test('shortens the address of a footprint, and leaves labelled records as they are', async () => {
    const { shortenIp } = await load('shorten-ip')
    const served = await serve(
      (app) =>
        app.use((ctx) => {
          actionlog.log({ label_name: 'hoge_save', foo: 'bar' })
          ctx.body = 'ok'
        }),
      { transform: shortenIp },
    )
    expect((await served.get('/')).record.remote_ip).toBe('127.0.0.0')
    expect(served.handler.labelled('hoge_save')).toMatchObject([{ foo: 'bar' }])
    expect(served.problems).toEqual([])
  })
})

describe('the recipes that drop a user', () => {
  test('name nobody in the records of that user', async () => {
    const { forgetUsers } = await load('forget-users')
    const served = await serve(
      (app) =>
        app.use((ctx) => {
          const id = ctx.path.slice(1)
          ctx.state.user = { id }
          actionlog.log({ label_name: 'hoge_save', user: id })
          ctx.body = 'ok'
        }),
      { transform: forgetUsers(new Set(['alice'])) },
    )
    expect((await served.get('/alice')).record.user).toBeNull()
    expect((await served.get('/bob')).record.user).toBe('bob')
    expect(served.handler.labelled('hoge_save').map(({ user }) => user)).toEqual([null, 'bob'])
  })

  test.each(['action.log.1', 'action.log.2.gz'])('take the user out of the rotated file %s', async (name) => {
    const { forgetInFile } = await load('forget-in-file')
    const work = mkdtempSync(join(tmpdir(), 'actionlog-recipes-'))
    try {
      const file = join(work, name)
      const lines = ['{"id":1,"user":"alice"}', '{"id":2,"user":"bob"}', '{"id":3,"user":"ali', '{"id":4}']
      const text = `${lines.join('\n')}\n`
      writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text, { mode: 0o600 })
      await forgetInFile('alice', file)
      const bytes = readFileSync(file)
      const after = name.endsWith('.gz') ? gunzipSync(bytes) : bytes
      expect(after.toString()).toBe(text.replace('"alice"', 'null'))
      expect(statSync(file).mode & 0o777).toBe(0o600)
    } finally {
      rmSync(work, { recursive: true })
    }
  })
})

describe('the recipe for host, referer and size', () => {
  const headers = { referer: 'https://example.com/search?q=secret' }

  test('adds them to the footprint', async () => {
    const { requestExtra } = await load('request-extra')
    const served = await serve((app) =>
      app.use(requestExtra).use((ctx) => {
        ctx.body = 'größer'
      }),
    )
    const { record } = await served.get('/', { headers })
    expect(record.extra).toEqual({
      host: `127.0.0.1:${served.port}`,
      referer: 'https://example.com/search',
      response_bytes: 8,
    })
  })

  test.each<[string, () => unknown]>([
    ['a stream', () => Readable.from(['ok'])],
    [
      'an exception',
      () => {
        throw new Error('out of stock')
      },
    ],
  ])('leaves out what is not known: of %s', async (_, body) => {
    const { requestExtra } = await load('request-extra')
    const served = await serve((app) =>
      app.use(requestExtra).use((ctx) => {
        ctx.body = body()
      }),
    )
    const { record } = await served.get('/')
    expect(record.extra).toEqual({ host: `127.0.0.1:${served.port}` })
    expect(served.problems).toEqual([])
  })
})
