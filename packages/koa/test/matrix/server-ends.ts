import type { Server } from 'node:http'
import type { Scene } from './case.js'
import { cut, gone, REQUEST, slow } from './parts.js'

/** Connections that the server's side ends. */
export const serverEnds: readonly Scene[] = [
  {
    title: 'server.timeout before the headers',
    outcomes: [gone],
    async play(stage) {
      const port = await stage.serve(
        (app) => app.use(slow(stage).handle),
        (server) => void (server.timeout = 500), // counts from the connection on: the request must have come by then
      )
      const client = await stage.connect(port)
      client.send(REQUEST)
      await client.closed
      await stage.recorded(1)
    },
  },
  {
    title: 'server.requestTimeout during an upload: Node answers 408',
    outcomes: [{ status_code: 408, ex_type: 'Error', ex_message: 'Request timeout' }],
    async play(stage) {
      const { entered, handle } = slow(stage)
      let server: Server | undefined
      const port = await stage.serve(
        (app) => app.use(handle),
        (made) => void (server = made),
      )
      const client = await stage.connect(port)
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\npart')
      await entered.opened
      Object.assign(server as Server, { headersTimeout: 30, requestTimeout: 30 })
      await client.received('408 Request Timeout')
      await client.closed
      await stage.recorded(1)
    },
  },
  {
    title: 'res.setTimeout',
    outcomes: [gone],
    async play(stage) {
      const port = await stage.serve((app) =>
        app.use((ctx, next) => {
          ctx.res.setTimeout(30)
          return slow(stage).handle(ctx, next)
        }),
      )
      const client = await stage.connect(port)
      client.send(REQUEST)
      await client.closed
      await stage.recorded(1)
    },
  },
  {
    title: 'res.setTimeout with an answer',
    outcomes: [{ status_code: 503 }],
    async play(stage) {
      const port = await stage.serve((app) =>
        app.use((ctx) => {
          ctx.respond = false
          ctx.res.setTimeout(30, () => ctx.res.writeHead(503).end('too slow'))
        }),
      )
      const client = await stage.connect(port)
      client.send(REQUEST)
      await client.received('too slow')
      await stage.recorded(1)
    },
  },
  {
    title: 'ctx.res.destroy() before the headers',
    outcomes: [gone],
    async play(stage) {
      const client = await stage.connect(await stage.serve((app) => app.use((ctx) => void ctx.res.destroy())))
      client.send(REQUEST)
      await client.closed
      await stage.recorded(1)
    },
  },
  {
    title: 'ctx.res.destroy() in the middle of a body',
    outcomes: [cut],
    async play(stage) {
      const port = await stage.serve((app) =>
        app.use((ctx) => {
          ctx.respond = false
          ctx.res.writeHead(200).write('part', () => ctx.res.destroy())
        }),
      )
      const client = await stage.connect(port)
      client.send(REQUEST)
      await client.closed
      await stage.recorded(1)
    },
  },
  {
    title: 'a malformed body: Node answers 400',
    outcomes: [
      { status_code: 400, ex_type: 'Error', ex_message: 'Parse Error: Invalid character in chunk size' },
    ],
    async play(stage) {
      const { entered, handle } = slow(stage)
      const client = await stage.connect(await stage.serve((app) => app.use(handle)))
      client.send('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
      await entered.opened
      client.send('no chunk\r\n')
      await client.received('400 Bad Request')
      await client.closed
      await stage.recorded(1)
    },
  },
]
