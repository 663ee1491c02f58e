import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { actionLogMiddleware, actionlog } from '@actionlog/koa'
import Koa from 'koa'
import { Fluentd, missing } from './fixtures/fluentd.js'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const [, conf = ''] = /^```apache\n([\s\S]*?)^```$/m.exec(readme) ?? []
const [, shown = ''] = /^```\n(.*koa\.actionlog\.footprint: .*)\n```$/m.exec(readme) ?? []

/** What does not change from run to run: the tag, and the fields in their order. */
function shape(line: string): unknown {
  const [, tag, record = '{}'] = / (koa\.actionlog\S*): (\{.*\})$/.exec(line) ?? []
  return [tag, Object.keys(JSON.parse(record))]
}

describe("the README's fluentd.conf", () => {
  if (missing) return test.skip(`not run: ${missing}`)

  test('makes fluentd print what the README shows', async () => {
    expect(conf).toContain('port 24224')
    const fluentd = await Fluentd.start({ conf: conf.replace('24224', 'PORT') })
    const app = new Koa()
    app.use(actionLogMiddleware({ handlerType: 'fluentd', host: '127.0.0.1', port: fluentd.port }))
    app.use((ctx) => {
      actionlog.log({ label_name: 'greeted', name: 'world' })
      ctx.body = 'hello'
    })
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      await fetch(`http://127.0.0.1:${(server.address() as { port: number }).port}/posts/7`)
      await actionlog.close()
      for (const label of ['greeted', 'footprint']) await fluentd.logged(`koa.actionlog.${label}: {"time":`)
      const footprint = fluentd
        .log()
        .split('\n')
        .find((line) => line.includes('koa.actionlog.footprint'))
      expect(shape(footprint ?? '')).toEqual(shape(shown))
      // the event's time is the record's
      const [, event, time] = /^(\S+ \S+)000000 \+0000 .*"time":"([^"]+)"/.exec(footprint ?? '') ?? []
      expect(event && new Date(`${event.replace(' ', 'T')}Z`).toISOString()).toBe(time)
    } finally {
      server.close()
      server.closeAllConnections()
      await fluentd.end()
    }
  })
})
