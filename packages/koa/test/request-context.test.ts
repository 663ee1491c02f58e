import { connect } from 'node:http2'
import { setTimeout as pause } from 'node:timers/promises'
import { currentSql } from '@actionlog/core'
import { actionlog } from '@actionlog/koa'
import { gate } from './matrix/case.js'
import { observe } from './matrix/observe.js'
import { stacks } from './matrix/stacks.js'

describe.each(stacks)('the time of a request, $name', (stack) => {
  it('runs to the last byte of a streamed response', async () => {
    const stage = observe(stack)
    let streaming = 0
    const port = await stage.serve((app) =>
      app.use((ctx) => {
        const start = performance.now()
        ctx.respond = false
        ctx.res.write('first')
        setTimeout(() => {
          streaming = performance.now() - start
          ctx.res.end('last')
        }, 30)
      }),
    )
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('firstlast')
    await stage.recorded(1)
    const [record] = await stage.footprints()
    expect(record?.total_time).toBeGreaterThan(streaming)
  })

  it('is that of the SQL and that of Node, also when the client leaves amid a statement', async () => {
    const stage = observe(stack)
    const begun = gate()
    const port = await stage.serve((app) =>
      app.use(async () => {
        currentSql()?.start('SELECT 1').end()
        await pause(5)
        currentSql()?.start('SELECT 2')
        await pause(5)
        begun.open()
        await new Promise(() => {})
      }),
    )
    const client = await stage.connect(port)
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await begun.opened
    client.socket.destroy()
    await stage.recorded(1)
    const [record] = await stage.footprints()
    expect(record).toMatchObject({ sql_count: 2, sql_slowest: 'SELECT ?' })
    expect(record?.sql_time).toBeGreaterThan(0)
    expect(record?.node_time).toBeGreaterThan(0)
  })

  it.each([
    ['back', -3_600_000],
    ['forward', 3_600_000],
  ])('is not moved by a clock that is put %s', async (_, by) => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const stage = observe(stack)
    const arrival = Date.now()
    const port = await stage.serve((app) =>
      app.use((ctx) => {
        vi.setSystemTime(Date.now() + by)
        ctx.body = 'x'
      }),
    )
    const start = performance.now()
    await (await fetch(`http://127.0.0.1:${port}/`)).text()
    await stage.recorded(1)
    vi.useRealTimers()
    const [record] = await stage.footprints()
    expect(record?.time).toBe(new Date(arrival).toISOString())
    expect(record?.total_time).toBeGreaterThan(0)
    expect(record?.total_time).toBeLessThan(performance.now() - start)
  })
})

describe.each(stacks)('the context of a request, $name', (stack) => {
  it('is its own among 2,400 concurrent requests', async () => {
    const REQUESTS = 2_400
    const SESSIONS = 24
    const stage = observe(stack)
    const all = gate()
    let arrived = 0
    const port = await stage.serve2((app) =>
      app.use(async (ctx) => {
        const n = Number(ctx.query.n)
        actionlog.set({ n })
        if (++arrived === REQUESTS) all.open()
        await all.opened
        for (let i = 0; i < n % 4; i++) {
          const statement = currentSql()?.start(`SELECT ${n}`)
          await pause(n % 3)
          statement?.end()
        }
        actionlog.log({ label_name: 'own', n })
        actionlog.set({ again: n })
        ctx.body = String(n)
      }),
    )
    const sessions = Array.from({ length: SESSIONS }, () => connect(`http://127.0.0.1:${port}`))
    for (let n = 0; n < REQUESTS; n++) sessions[n % SESSIONS]?.request({ ':path': `/?n=${n}` }).resume()
    await stage.recorded(REQUESTS)
    for (const session of sessions) session.destroy()

    const records = await stage.footprints()
    expect(records).toHaveLength(REQUESTS)
    const own = new Map(stage.handler.labelled('own').map((record) => [record.request_id, record.n]))
    for (const { request_id, url, sql_count, status_code, extra } of records) {
      const n = Number(url.slice(url.indexOf('=') + 1))
      expect({ own: own.get(request_id), sql_count, status_code, extra }).toEqual({
        own: n,
        sql_count: n % 4,
        status_code: 200,
        extra: { n, again: n },
      })
    }
  })

  it('ends with its record: later calls of set() are counted and reported, and do not throw', async () => {
    const stage = observe(stack)
    const late = gate()
    const port = await stage.serve((app) =>
      app.use((ctx) => {
        ctx.body = 'x'
        ctx.res.once('close', async () => {
          for (let i = 0; i < 3; i++) actionlog.set({ i })
          currentSql()?.start('SELECT 1').end()
          actionlog.log({ label_name: 'late' })
          late.open()
        })
      }),
    )
    await (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })).text()
    await late.opened
    const [record] = await stage.footprints()
    expect(record?.extra).toBeUndefined()
    expect(record?.sql_count).toBe(0)
    expect(stage.problems).toEqual(
      [1, 2, 3].map(
        (n) => `@actionlog/core: set() was called after the footprint was written, ${n} times so far`,
      ),
    )
    expect(stage.handler.labelled('late')).toHaveLength(1)
  })
})
