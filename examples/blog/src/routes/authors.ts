import Router from '@koa/router'
import { prisma } from '../db.js'
import { authorsPage } from '../pages/authors.js'

export const authors = new Router({ prefix: '/authors' })

const NEWEST_FIRST = { publishedAt: 'desc' } as const

authors.get('/', async (ctx) => {
  const users = await prisma.user.findMany({
    orderBy: { name: 'asc' },
    include: { posts: { orderBy: NEWEST_FIRST, take: 1 } },
  })
  ctx.body = authorsPage(
    ctx,
    users.map((user) => ({ ...user, latest: user.posts[0] })),
  )
})

// the same page, written the way that asks the database once more for each author (N+1)
authors.get('/one-by-one', async (ctx) => {
  const users = []
  for (const user of await prisma.user.findMany({ orderBy: { name: 'asc' } })) {
    const latest = await prisma.post.findFirst({ where: { authorId: user.id }, orderBy: NEWEST_FIRST })
    users.push({ ...user, latest })
  }
  ctx.body = authorsPage(ctx, users)
})
