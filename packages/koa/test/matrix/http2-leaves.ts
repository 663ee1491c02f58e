import { once } from 'node:events'
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2'
import type Koa from 'koa'
import type { Outcome, Scene, Stage } from './case.js'
import { cut, endless, flowing, gone, slow } from './parts.js'

/** Opens an HTTP/2 session for the length of the play. */
function session(stage: Stage, port: number): ClientHttp2Session {
  const opened = connect(`http://127.0.0.1:${port}`)
  opened.on('error', () => {})
  stage.onEnd(() => opened.destroy())
  return opened
}

const CANCEL = 8

type Leave = (session: ClientHttp2Session, stream: ClientHttp2Stream) => unknown

/** An upload whose client leaves while the handler is busy, or, if there is one, in the middle of a body. */
const leaves = (title: string, outcome: Outcome, leave: Leave, answer?: Koa.Middleware): Scene => ({
  title: `over HTTP/2: ${title}`,
  outcomes: [outcome],
  async play(stage) {
    const { entered, handle } = slow(stage)
    const client = session(stage, await stage.serve2((app) => app.use(answer ?? handle)))
    const stream = client.request({ ':path': '/', ':method': 'POST' }, { endStream: false })
    stream.on('error', () => {})
    stream.write('part of an upload')
    await (answer ? once(stream, 'data') : entered.opened)
    leave(client, stream)
    await stage.recorded(1)
  },
})

const cancel: Leave = (_, stream) => stream.close(CANCEL)
const destroy: Leave = (client) => client.destroy()
const streaming: Koa.Middleware = (ctx) => void (ctx.body = flowing())

export const http2Leaves: readonly Scene[] = [
  leaves('the stream is cancelled before the headers', gone, cancel),
  leaves('the stream is cancelled in the middle of a body', cut, cancel, streaming),
  leaves('the session is destroyed before the headers', gone, destroy),
  leaves('the session is destroyed in the middle of a body', cut, destroy, streaming),
  leaves(
    'a response stream fails half-way',
    { status_code: 200, ex_type: 'Error', ex_message: 'half-way' },
    (_, stream) => void setTimeout(() => stream.close(CANCEL), 60),
    (ctx) => {
      const body = endless()
      ctx.body = body
      setTimeout(() => body.destroy(new Error('half-way')), 20)
    },
  ),
]
