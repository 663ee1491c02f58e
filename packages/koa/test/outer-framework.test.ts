import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createActionLog } from '@actionlog/core'
import { memoryHandler } from '@actionlog/core/testing'
import { actionLogMiddleware } from '@actionlog/koa'
import connect from 'connect'
import express from 'express'
import Koa from 'koa'
import { until } from './serve.js'

test.each([
  ['Express', express],
  ['connect', connect],
])('inside %s, url has the prefix that was cut off', async (_, make) => {
  const handler = memoryHandler()
  const app = new Koa().use(actionLogMiddleware(createActionLog({ handler })))
  app.use((ctx) => void (ctx.body = ctx.url))
  const callback = app.callback()
  const outer = make()
  outer.use('/api', (req: IncomingMessage, res: ServerResponse) => void callback(req, res))
  const server = createServer(outer).listen(0, '127.0.0.1')
  await until(() => server.listening)
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/api/items?a=1&token=t`)
  expect(await answer.text()).toBe('/items?a=1&token=t')
  await until(() => handler.footprints.length > 0)
  expect(handler.footprints).toMatchObject([{ url: '/api/items?a=1&token=***', status_code: 200 }])
  server.close()
})
