// The server under load: its variant's middleware first, then a route that answers JSON.
import Router from '@koa/router'
import Koa from 'koa'
import { measureGarbage } from '../lib/garbage.js'
import { variants } from './variants.js'

const [name, logfile] = process.argv.slice(2)
const app = new Koa()
const middleware = await variants[name].middleware(logfile)
if (middleware) app.use(middleware)
app.use((ctx, next) => {
  ctx.state.user = { id: 7 }
  return next()
})
const router = new Router()
router.get('order', '/orders/:id', (ctx) => {
  ctx.body = { id: ctx.params.id, state: 'sent', items: [{ name: 'book', price: 12.5 }] }
})
app.use(router.routes())

let stopGarbage
const answers = {
  cpu: () => process.cpuUsage(),
  'start garbage'() {
    stopGarbage = measureGarbage()
    return true
  },
  'stop garbage': () => stopGarbage(),
}
const server = app.listen(0, '127.0.0.1', 16_384, () => process.send(server.address().port))
process.on('message', (question) => process.send(answers[question]()))
process.on('disconnect', () => process.exit()) // every logger here writes out at exit what it still holds
