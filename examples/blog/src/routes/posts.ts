import { Readable } from 'node:stream'
import { actionlog } from '@actionlog/koa'
import Router from '@koa/router'
import type { Context } from 'koa'
import { postsAsCsv } from '../csv.js'
import { prisma } from '../db.js'
import { field } from '../form.js'
import { newPostPage, postListPage, postPage } from '../pages/posts.js'
import { requireUser } from '../user.js'

const PER_PAGE = 10
const LAST_PAGE = 1_000

export const posts = new Router()

posts.get('home', '/', async (ctx) => {
  const page = Math.min(Math.max(1, Math.trunc(Number(ctx.query.page)) || 1), LAST_PAGE)
  const [count, shown] = await Promise.all([
    prisma.post.count(),
    prisma.post.findMany({
      orderBy: { publishedAt: 'desc' },
      skip: (page - 1) * PER_PAGE,
      take: PER_PAGE,
      include: { author: true, _count: { select: { comments: true } } },
    }),
  ])
  ctx.body = postListPage(ctx, shown, page, Math.ceil(count / PER_PAGE))
})

// called by the home page's script
posts.get('/api/posts', async (ctx) => {
  const words = String(ctx.query.q ?? '')
  ctx.body = await prisma.post.findMany({
    where: { title: { contains: words } },
    orderBy: { title: 'asc' },
    take: PER_PAGE,
    select: { id: true, title: true },
  })
})

posts.get('download', '/posts.csv', (ctx) => {
  ctx.attachment('posts.csv')
  ctx.body = Readable.from(postsAsCsv())
})

posts.get('new_post', '/posts/new', (ctx) => {
  requireUser(ctx)
  ctx.body = newPostPage(ctx)
})

posts.post('/posts', async (ctx) => {
  const user = requireUser(ctx)
  const title = field(ctx, 'title')
  const body = field(ctx, 'text')
  const post = await prisma.post.create({ data: { title, body, authorId: user.id } })
  actionlog.log({ label_name: 'post_published', user: user.name, post_id: post.id, title })
  actionlog.set({ words: body.split(/\s+/).length })
  ctx.redirect(`/posts/${post.id}`)
})

posts.get('/posts/:id', async (ctx) => {
  const post = await prisma.post.findUnique({
    where: { id: idOf(ctx) },
    include: { author: true, comments: { include: { author: true }, orderBy: { createdAt: 'asc' } } },
  })
  ctx.body = postPage(ctx, post ?? ctx.throw(404, 'There is no such post'))
})

posts.post('/posts/:id/comments', async (ctx) => {
  const user = requireUser(ctx)
  const postId = idOf(ctx)
  await prisma.comment.create({ data: { body: field(ctx, 'comment'), postId, authorId: user.id } })
  ctx.redirect(`/posts/${postId}`)
})

posts.post('/posts/:id/delete', async (ctx) => {
  const { count } = await prisma.post.deleteMany({ where: { id: idOf(ctx), authorId: requireUser(ctx).id } })
  if (count === 0) ctx.throw(404, 'You have no such post')
  ctx.redirect('/')
})

function idOf(ctx: Context): number {
  const id = Number(ctx.params.id)
  return Number.isSafeInteger(id) ? id : ctx.throw(404, 'There is no such post')
}
