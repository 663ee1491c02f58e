import Router from '@koa/router'
import { prisma } from '../db.js'
import { field } from '../form.js'
import { loginPage } from '../pages/login.js'
import { setUser } from '../user.js'

export const login = new Router()

login.get('login', '/login', async (ctx) => {
  ctx.body = loginPage(ctx, await prisma.user.findMany({ orderBy: { name: 'asc' } }))
})

// a demonstration: who you are is taken on trust
login.post('/login', async (ctx) => {
  const user = await prisma.user.findUnique({ where: { name: field(ctx, 'name') } })
  if (!user) return ctx.throw(401, 'Nobody has that name here')
  ctx.session = { userId: user.id }
  setUser(ctx, user)
  ctx.redirect('/')
})

login.post('/logout', (ctx) => {
  ctx.session = null
  ctx.redirect('/')
})
