import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { gate, type Scene, type Stage } from './case.js'
import { boom, failed, fails, unreadable } from './errors.js'
import { REQUEST } from './parts.js'
import { proxy } from './returns.js'

/** A body that gives its beginning, and fails once `then` is open. */
function failing(then: Promise<void>): Readable {
  return Readable.from(
    (async function* () {
      yield 'first part, '
      await then
      throw new RangeError('half-way')
    })(),
  )
}

/** A client that asks, and leaves when it has waited for `enough`: these answers never come to an end. */
async function askAndLeave(stage: Stage, port: number, enough: Promise<unknown>): Promise<string> {
  const client = await stage.connect(port)
  client.send(REQUEST)
  await enough
  await pause(5)
  client.socket.destroy()
  return client.closed
}

/** A request whose error Koa itself cannot answer: it leaves the client waiting. */
const unanswered = (title: string, thrown: () => unknown, ex_type: string, ex_message: string): Scene => ({
  title,
  outcomes: [{ status_code: 499, aborted: true, ex_type, ex_message }],
  async play(stage) {
    const { opened, open } = gate()
    const port = await stage.serve((app) =>
      app.use(() => {
        open()
        throw thrown()
      }),
    )
    await askAndLeave(stage, port, opened)
    await stage.recorded(1)
  },
})

/** Requests that end with an error and without an answer, or with a part of one. */
export const brokenAnswers: readonly Scene[] = [
  unanswered('throw null: Koa never answers', () => null, 'null', 'null'),
  unanswered('throw undefined: Koa never answers', () => undefined, 'undefined', 'undefined'),
  unanswered(
    'a frozen Error: Koa never answers',
    () => Object.freeze(new Error('frozen')),
    'Error',
    'frozen',
  ),
  unanswered(
    'an object whose message getter throws: Koa never answers',
    () => ({
      get message(): string {
        throw new Error('no message for you')
      },
    }),
    'Object',
    unreadable,
  ),
  {
    title: 'an error listener that throws: Koa never answers',
    outcomes: [{ ...failed, status_code: 499, aborted: true }],
    async play(stage) {
      const { opened, open } = gate()
      const port = await stage.serve((app) => {
        app.on('error', () => {
          open()
          throw new Error('in the listener')
        })
        boom(app)
      })
      await askAndLeave(stage, port, opened)
      await stage.recorded(1)
    },
  },
  {
    title: 'an error after the headers were sent: Koa leaves the response open, the client gives up',
    outcomes: [{ ...failed, status_code: 200, aborted: true }],
    async play(stage) {
      const { opened, open } = gate()
      const port = await stage.serve((app) => {
        app.on('error', open)
        app.use((ctx) => {
          ctx.res.writeHead(200).write('part')
          throw new Error('boom')
        })
      })
      await askAndLeave(stage, port, opened)
      await stage.recorded(1)
    },
  },
  {
    title: 'a response stream that fails before its first byte',
    outcomes: [fails(500, 'RangeError', 'at once')],
    async play(stage) {
      const port = await stage.serve((app) =>
        app.use((ctx) => {
          ctx.body = new Readable({
            read() {
              this.destroy(new RangeError('at once'))
            },
          })
        }),
      )
      // Koa 2 answers 500, Koa 3 has destroyed the response by then
      const client = await stage.connect(port)
      client.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
      await client.closed
      await stage.recorded(1)
    },
  },
  {
    title: 'a response stream that fails half-way',
    outcomes: [fails(200, 'RangeError', 'half-way')],
    async play(stage) {
      const begun = gate()
      const failure = gate()
      const port = await stage.serve((app) => {
        app.on('error', failure.open)
        app.use((ctx) => void (ctx.body = failing(begun.opened)))
      })
      const client = await stage.connect(port)
      client.send(REQUEST)
      await client.received('first part')
      begun.open()
      await failure.opened
      // Koa 3 breaks the connection, Koa 2 leaves the client waiting
      await Promise.race([client.closed, pause(20)])
      client.socket.destroy()
      await stage.recorded(1)
    },
  },
  {
    title: 'another server that dies half-way (a proxy)',
    outcomes: [fails(200, 'Error', 'aborted')],
    async play(stage) {
      const failure = gate()
      let die = (): void => {}
      const app = proxy((req, res) => {
        res.writeHead(200).write('first part')
        die = () => req.socket.destroy()
      })
      const port = await stage.serve((koa) => {
        koa.on('error', failure.open)
        return app(koa, stage)
      })
      const client = await stage.connect(port)
      client.send(REQUEST)
      await client.received('first part')
      die()
      await failure.opened
      await Promise.race([client.closed, pause(20)])
      client.socket.destroy()
      await stage.recorded(1)
    },
  },
  {
    title: 'a response that the handler destroys with an error',
    outcomes: [fails(500, 'Error', 'boom')],
    async play(stage) {
      const port = await stage.serve((app) =>
        app.use((ctx) => {
          ctx.respond = false
          ctx.res.destroy(new Error('boom'))
        }),
      )
      const client = await stage.connect(port)
      client.send(REQUEST)
      await client.closed
      await stage.recorded(1)
    },
  },
]
