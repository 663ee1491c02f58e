// Answers with the bytes that one thing holds: of a statement, a route or an instance, for one variant.
import { once } from 'node:events'
import { Agent, createServer, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { runInRequest } from '@actionlog/core'
import { createActionLog } from '@actionlog/koa'
import Router from '@koa/router'
import Koa from 'koa'
import { variants } from '../koa/variants.js'

const REQUESTS = 100
const [variant, folder] = process.argv.slice(2)
const make = (name) => variants[variant].middleware(`${folder}/${name}.log`)

async function heap() {
  for (let i = 0; i < 5; i++) {
    globalThis.gc()
    await sleep(20)
  }
  return process.memoryUsage().heapUsed
}

const held = {
  /** Of an open request, each statement of 20 texts; bare and pino-http have none. */
  async statement(count) {
    const log = createActionLog({ handlerType: 'null' })
    const requests = Array.from({ length: REQUESTS }, () => log.begin('id'))
    const before = await heap()
    for (const request of requests) {
      runInRequest(request, () => {
        for (let i = 0; i < count; i++)
          request.sql.start(`SELECT a FROM t${i % 20} WHERE id = $1`, 'postgresql').end()
      })
    }
    const bytes = (await heap()) - before
    return requests.length && bytes / (REQUESTS * count)
  },
  /** Of an app in which each route was asked for once. */
  async route(count) {
    const app = new Koa()
    const middleware = await make('routes')
    if (middleware) app.use(middleware)
    const router = new Router()
    for (let i = 0; i < count; i++)
      router.get(`/things${i}/:id`, (ctx) => {
        ctx.body = 'x'
      })
    app.use(router.routes())
    const server = createServer(app.callback()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ask = async (i) => {
      const [response] = await once(
        get({ port: server.address().port, path: `/things${i}/1`, agent }),
        'response',
      )
      await once(response.resume(), 'end')
    }
    for (let i = 0; i < 100; i++) await ask(0)
    const before = await heap()
    for (let i = 0; i < count; i++) await ask(i)
    const bytes = (await heap()) - before
    agent.destroy()
    server.close()
    return bytes / count
  },
  /** Of a middleware with its sink. */
  async instance(count) {
    const first = [await make('first')]
    const before = await heap()
    const all = []
    for (let i = 0; i < count; i++) all.push(await make(i))
    const bytes = (await heap()) - before
    return first.length && all.length && bytes / count
  },
}

process.on('message', async ([kind, count]) => process.send(await held[kind](count)))
process.on('disconnect', () => process.exit())
process.send('ready')
