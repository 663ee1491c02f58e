import Router from '@koa/router'
import type { Context, Next } from 'koa'
import { median } from './median.js'
import { type Served, serve } from './serve.js'

const REQUESTS = 20
const ROUNDS = 5

/**
 * An app whose router enters `count` middleware layers before its route: all that @koa/router assigns on the way,
 * without the promise that each layer costs it, since that is what grows faster than the number of layers.
 */
function serveLayers(count: number, kind: 'own paths' | 'one path'): Promise<Served> {
  const router = new Router()
  const pass = (_: Context, next: Next): Promise<void> => next()
  for (let i = 0; i < count; i++) router.use(kind === 'one path' ? '/r' : `/r{/:p${i}}`, pass)
  router.get('/r/:id', pass)
  return serve((app) => {
    app.use((ctx) => {
      const { path, pathAndMethod } = router.match(ctx.path, ctx.method)
      Object.assign(ctx, { matched: path, router })
      for (const layer of pathAndMethod) {
        const { path, name } = layer
        Object.assign(ctx, { routerPath: path, routerName: name, _matchedRoute: path })
      }
      ctx.body = 'ok'
    })
  })
}

/** Microseconds of CPU that the requests cost. */
async function cpuOf({ port, records }: Served, round: number): Promise<number> {
  const before = process.cpuUsage()
  for (let i = 0; i < REQUESTS; i++) await (await fetch(`http://127.0.0.1:${port}/r/1`)).text()
  const { user, system } = process.cpuUsage(before)
  await records((round + 1) * REQUESTS)
  return user + system
}

test.each(['one path', 'own paths'] as const)(
  'the cost of a request grows with the layers that matched, not with their square (%s)',
  async (kind) => {
    const few = await serveLayers(1_000, kind)
    const many = await serveLayers(4_000, kind)
    const costs: number[][] = [[], []]
    for (let round = 0; round <= ROUNDS; round++) {
      costs[0]?.push(await cpuOf(few, round))
      costs[1]?.push(await cpuOf(many, round))
    }
    const [small, large] = costs.map((cpu) => median(cpu.slice(1))) as [number, number] // the first warms up
    expect(large / small).toBeLessThan(2 * 4)
    for (const { handler } of [few, many])
      expect(new Set(handler.footprints.map((record) => record.view_name))).toEqual(new Set(['GET /r/:id']))
  },
)
