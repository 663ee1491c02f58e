import { setTimeout as sleep } from 'node:timers/promises'
import Router from '@koa/router'
import { prisma } from '../db.js'
import { slowPage } from '../pages/slow.js'

/** Routes that show what a footprint says when things do not go well. */
export const experiments = new Router()

experiments.get('slow', '/slow', async (ctx) => {
  const [{ sum } = { sum: 0n }] = await prisma.$queryRaw<{ sum: bigint }[]>`
    WITH RECURSIVE counter(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < 1000000)
    SELECT sum(n) AS sum FROM counter`
  await sleep(200)
  ctx.body = slowPage(ctx, sum)
})

experiments.get('broken', '/broken', () => {
  throw new Error('The bridge is out')
})

experiments.get('/healthz', (ctx) => {
  ctx.body = 'ok'
})
