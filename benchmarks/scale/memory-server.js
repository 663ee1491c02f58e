// Holds requests open: nothing is answered at /wait, events are never ended.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import Koa from 'koa'
import { variants } from '../koa/variants.js'

const [variant, kind] = process.argv.slice(2)
const app = new Koa()
const middleware = await variants[variant].middleware('/dev/null')
if (middleware) app.use(middleware)
let open = 0
app.on('error', () => {}) // of the requests that are given up at the end
app.use(async (ctx) => {
  open++
  if (ctx.path === '/wait') await new Promise((resolve) => ctx.res.once('close', resolve))
  ctx.type = 'text/event-stream'
  ctx.body = new PassThrough()
  ctx.body.write('data: 1\n\n')
})

const server = (kind === 'HTTP/2' ? createHttp2Server : createServer)(app.callback())
server.listen(0, '127.0.0.1', 16_384)
await once(server, 'listening')
process.on('message', async ({ open: expected }) => {
  while (open < expected) await sleep(10)
  for (let i = 0; i < 3; i++) {
    globalThis.gc()
    await sleep(20)
  }
  process.send(process.memoryUsage().heapUsed)
})
process.on('disconnect', () => process.exit())
process.send(server.address().port)
