import { once } from 'node:events'
import { type ClientHttp2Stream, connect } from 'node:http2'
import { Client } from 'undici'
import type { Ask } from './case.js'

/** What a client saw of one request. */
export interface Seen {
  /** `undefined` if no header came. */
  readonly status: number | undefined
  readonly body: string
  /** The connection broke before the end. */
  readonly cut: boolean
  readonly requestId: string | undefined
}

/** Makes the same request several times, its own way. */
export interface ClientKind {
  readonly name: string
  readonly protocol: 'HTTP/1.1' | 'HTTP/2'
  readonly times: number
  run(port: number, ask: Ask): Promise<Seen[]>
}

export const clients: readonly ClientKind[] = [
  {
    name: 'HTTP/1.1, one after the other on a connection',
    protocol: 'HTTP/1.1',
    times: 2,
    run: (port, ask) =>
      withClient(port, 1, async (client) => [await http1(client, ask), await http1(client, ask)]),
  },
  {
    name: 'HTTP/1.1, pipelined',
    protocol: 'HTTP/1.1',
    times: 3,
    run: (port, ask) =>
      withClient(port, 3, (client) => Promise.all(Array.from({ length: 3 }, () => http1(client, ask)))),
  },
  {
    name: 'HTTP/2, two at once',
    protocol: 'HTTP/2',
    times: 2,
    async run(port, ask) {
      const session = connect(`http://127.0.0.1:${port}`)
      session.on('error', () => {})
      try {
        return await Promise.all([
          http2(session.request(headers2(ask)), ask),
          http2(session.request(headers2(ask)), ask),
        ])
      } finally {
        session.destroy()
      }
    },
  },
]

async function withClient(
  port: number,
  pipelining: number,
  run: (client: Client) => Promise<Seen[]>,
): Promise<Seen[]> {
  const client = new Client(`http://127.0.0.1:${port}`, { pipelining })
  try {
    return await run(client)
  } finally {
    await client.destroy()
  }
}

const NOTHING: Seen = { status: undefined, body: '', cut: true, requestId: undefined }

async function http1(client: Client, { method = 'GET', path = '/', headers = {}, body }: Ask): Promise<Seen> {
  let seen = NOTHING
  try {
    const answer = await client.request({ method, path, headers, body: body ?? null })
    seen = { ...NOTHING, status: answer.statusCode, requestId: answer.headers['x-request-id'] as string }
    for await (const chunk of answer.body) seen = { ...seen, body: seen.body + chunk }
    return { ...seen, cut: false }
  } catch {
    return seen
  }
}

function headers2({ method = 'GET', path = '/', headers = {}, body }: Ask): Record<string, string> {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return { ':method': method, ':path': path, ...length, ...headers }
}

async function http2(stream: ClientHttp2Stream, { body }: Ask): Promise<Seen> {
  let seen = NOTHING
  stream.on('error', () => {})
  stream.on('response', (headers) => {
    seen = { ...seen, status: headers[':status'], requestId: headers['x-request-id'] as string }
  })
  stream.on('data', (chunk) => (seen = { ...seen, body: seen.body + chunk }))
  stream.on('end', () => (seen = { ...seen, cut: false }))
  stream.end(body)
  if (!stream.closed) await once(stream, 'close').catch(() => {})
  return { ...seen, cut: seen.cut || stream.rstCode !== 0 }
}
