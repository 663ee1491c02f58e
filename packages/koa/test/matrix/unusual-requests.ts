import { koaBody } from 'koa-body'
import type { Scene } from './case.js'
import { ok, REQUEST } from './parts.js'

/** A request that Node answers itself, and the one after it, which is recorded. */
const neverReachesKoa = (title: string, bytes: string, answer: string): Scene => ({
  title: `${title}: no record`,
  outcomes: [ok],
  async play(stage) {
    const port = await stage.serve((app) => app.use((ctx) => void (ctx.body = 'fine')))
    const client = await stage.connect(port)
    client.send(bytes)
    await client.received(answer)
    client.socket.end()
    await client.closed
    const next = await stage.connect(port)
    next.send(REQUEST)
    await next.received('fine')
    await stage.recorded(1)
  },
})

/** Bytes that are no usual request. */
export const unusualRequests: readonly Scene[] = [
  neverReachesKoa('no HTTP at all', 'hello\r\n\r\n', '400 Bad Request'),
  neverReachesKoa('a method that is none', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n', '400 Bad Request'),
  neverReachesKoa(
    'a malformed header',
    'GET / HTTP/1.1\r\nHost: x\r\nb\u0000d: 1\r\n\r\n',
    '400 Bad Request',
  ),
  neverReachesKoa('no Host header', 'GET / HTTP/1.1\r\n\r\n', '400 Bad Request'),
  neverReachesKoa(
    'two lengths of a body',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    '400 Bad Request',
  ),
  neverReachesKoa(
    'headers that are too long',
    `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`,
    '431 ',
  ),
  neverReachesKoa(
    'an expectation Node refuses',
    'GET / HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\n\r\n',
    '417 ',
  ),
  neverReachesKoa('CONNECT', 'CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n', ''),
  {
    title: 'Expect: 100-continue',
    outcomes: [ok],
    async play(stage) {
      const port = await stage.serve((app) =>
        app.use(koaBody()).use((ctx) => void (ctx.body = ctx.request.body)),
      )
      const client = await stage.connect(port)
      client.send(
        'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n',
      )
      await client.received('100 Continue\r\n\r\n')
      client.send('body')
      await client.received('\r\n\r\nbody')
      await stage.recorded(1)
    },
  },
  {
    title: 'an upgrade that nobody takes is a request like any other',
    outcomes: [{ status_code: 426 }],
    async play(stage) {
      const port = await stage.serve((app) => app.use((ctx) => void (ctx.status = 426)))
      const client = await stage.connect(port)
      client.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
      await client.received('426 ')
      await stage.recorded(1)
    },
  },
  {
    title: 'an upgrade that the server takes: no record',
    outcomes: [ok],
    async play(stage) {
      const port = await stage.serve(
        (app) => app.use((ctx) => void (ctx.body = 'fine')),
        (server) =>
          server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n')),
      )
      const client = await stage.connect(port)
      client.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
      await client.received('101 ')
      const next = await stage.connect(port)
      next.send(REQUEST)
      await next.received('fine')
      await stage.recorded(1)
    },
  },
  {
    title: 'HTTP/1.0',
    outcomes: [ok],
    async play(stage) {
      const client = await stage.connect(
        await stage.serve((app) => app.use((ctx) => void (ctx.body = 'old'))),
      )
      client.send('GET / HTTP/1.0\r\n\r\n')
      await client.received('old')
      await client.closed
      await stage.recorded(1)
    },
  },
  {
    title: 'a good request, then a malformed one on its connection',
    outcomes: [ok],
    async play(stage) {
      const client = await stage.connect(
        await stage.serve((app) => app.use((ctx) => void (ctx.body = 'fine'))),
      )
      client.send(REQUEST)
      await client.received('fine')
      client.send('nonsense\r\n\r\n')
      await client.received('400 Bad Request')
      await client.closed
      await stage.recorded(1)
    },
  },
]
