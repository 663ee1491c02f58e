// The server of routes.js: an app with so many routes, with the action log or without.
import Koa from 'koa'
import { layouts } from './route-layouts.js'

const [variant, layout, count] = process.argv.slice(2)
const app = new Koa()
if (variant === 'actionlog') {
  const { actionLogMiddleware } = await import('@actionlog/koa')
  app.use(actionLogMiddleware({ handlerType: 'null' }))
}
layouts[layout](app, Number(count))
const server = app.listen(0, '127.0.0.1', () => process.send(server.address().port))
process.on('message', () => process.send(process.cpuUsage()))
process.on('disconnect', () => process.exit())
