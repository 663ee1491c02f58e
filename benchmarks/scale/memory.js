// Memory of an open request, beside bare Koa and pino-http: pnpm --filter benchmarks run memory
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { startProcess } from '../lib/child-process.js'
import { quick } from '../lib/quick.js'
import { printMachine, printTable } from '../lib/report.js'

const OPEN = quick ? [100] : [1_000, 10_000]
const VARIANTS = ['bare', 'pino-http', 'actionlog, null handler', 'actionlog, file handler']
const STREAMS = 100 // of one HTTP/2 session

/** What holds requests open: opens so many, resolves with what closes them. */
const openers = {
  'no answer yet': (port, count) => openSockets(port, count, '/wait'),
  'server-sent events': (port, count) => openSockets(port, count, '/events'),
  'HTTP/2': openStreams,
}

async function openSockets(port, count, path) {
  const sockets = []
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(500, count - sockets.length) }, () =>
      connect(port, '127.0.0.1'),
    )
    await Promise.all(some.map((socket) => once(socket, 'connect')))
    for (const socket of some) socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`)
    sockets.push(...some)
  }
  return () => {
    for (const socket of sockets) socket.destroy()
  }
}

async function openStreams(port, count) {
  const sessions = Array.from({ length: Math.ceil(count / STREAMS) }, () =>
    connectHttp2(`http://127.0.0.1:${port}`),
  )
  for (const session of sessions) {
    for (let i = 0; i < Math.min(STREAMS, count); i++)
      session.request({ ':path': '/wait' }).on('error', () => {})
  }
  return () => {
    for (const session of sessions) session.destroy()
  }
}

async function bytesPerRequest(variant, kind, count) {
  const execArgv = ['--expose-gc']
  const server = await startProcess(new URL('memory-server.js', import.meta.url), [variant, kind], {
    execArgv,
  })
  const before = await server.ask({ open: 0 })
  const close = await openers[kind](server.hello, count)
  const after = await server.ask({ open: count })
  close()
  await server.stop()
  return (after - before) / count
}

printMachine()
for (const kind of Object.keys(openers)) {
  const rows = []
  for (const variant of VARIANTS) {
    const row = [variant]
    for (const count of OPEN) row.push(((await bytesPerRequest(variant, kind, count)) / 1_000).toFixed(2))
    rows.push(row)
  }
  console.log(`\n${kind}\n`)
  printTable(['variant', ...OPEN.map((count) => `kB a request, ${count} open`)], rows)
}
