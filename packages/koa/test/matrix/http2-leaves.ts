import { once } from 'node:events'
import { type ClientHttp2Session, connect } from 'node:http2'
import type Koa from 'koa'
import { gate, type Outcome, type Scene, type Stage } from './case.js'
import { cut, endless, flowing, gone } from './parts.js'

/** Opens an HTTP/2 session for the length of the play. */
function session(stage: Stage, port: number): ClientHttp2Session {
  const opened = connect(`http://127.0.0.1:${port}`)
  opened.on('error', () => {})
  stage.onEnd(() => opened.destroy())
  return opened
}

const CANCEL = 8

const http2 = (
  title: string,
  outcome: Outcome,
  handle: (entered: () => void) => Koa.Middleware,
  leave: (session: ClientHttp2Session, stream: ReturnType<ClientHttp2Session['request']>) => unknown,
): Scene => ({
  title: `over HTTP/2: ${title}`,
  outcomes: [outcome],
  async play(stage) {
    const { opened, open } = gate()
    const client = session(stage, await stage.serve2((app) => app.use(handle(open))))
    const stream = client.request({ ':path': '/', ':method': 'POST' }, { endStream: false })
    stream.on('error', () => {})
    stream.write('part of an upload')
    await (outcome.status_code === 200 ? once(stream, 'data') : opened)
    leave(client, stream)
    await stage.recorded(1)
  },
})

const hanging = (entered: () => void): Koa.Middleware => {
  return () => new Promise(() => entered())
}
const streaming = (): Koa.Middleware => (ctx) => void (ctx.body = flowing())

export const http2Leaves: readonly Scene[] = [
  http2('the stream is cancelled before the headers', gone, hanging, (_, stream) => stream.close(CANCEL)),
  http2('the stream is cancelled in the middle of a body', cut, streaming, (_, stream) =>
    stream.close(CANCEL),
  ),
  http2('the session is destroyed before the headers', gone, hanging, (client) => client.destroy()),
  http2('the session is destroyed in the middle of a body', cut, streaming, (client) => client.destroy()),
  http2(
    'a response stream fails half-way',
    { status_code: 200, ex_type: 'Error', ex_message: 'half-way' },
    () => (ctx) => {
      const body = endless()
      ctx.body = body
      setTimeout(() => body.destroy(new Error('half-way')), 20)
    },
    (_, stream) => void setTimeout(() => stream.close(CANCEL), 60),
  ),
]
