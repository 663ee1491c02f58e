import jwt from 'jsonwebtoken'
import type Koa from 'koa'
import koaJwt from 'koa-jwt'
import koaPassport from 'koa-passport'
import session from 'koa-session'
import type { Strategy, StrategyCreatedStatic } from 'passport'
import { stacks } from './matrix/stacks.js'
import { serve } from './serve.js'

interface Account {
  id: number
  name: string
  actionlog_name?: string
}

const ACCOUNTS = new Map<string, Account>([
  ['ann', { id: 0, name: 'ann' }],
  ['bob', { id: 2, name: 'bob', actionlog_name: 'Bob B.' }],
])

/** Signs in who the query names: what passport-local does with a body. */
const byName = {
  name: 'by-name',
  authenticate(this: StrategyCreatedStatic, req: { query: { name?: string } }) {
    const account = ACCOUNTS.get(req.query.name ?? '')
    if (account) this.success(account)
    else this.fail(401)
  },
} as unknown as Strategy

function withPassport(app: Koa): void {
  const passport = new koaPassport.KoaPassport()
  passport.use(byName)
  passport.serializeUser<string>((user, done) => done(null, (user as unknown as Account).name))
  passport.deserializeUser<string>((name, done) => done(null, ACCOUNTS.get(name) as never))
  app.keys = ['k']
  app.use(session(app))
  app.use(passport.initialize())
  app.use(passport.session())
  const login = passport.authenticate('by-name')
  app.use((ctx, next) => (ctx.path === '/login' ? login(ctx, next) : next()))
  app.use(async (ctx) => {
    if (ctx.path === '/logout') await ctx.logout()
    if (ctx.path === '/error') throw new Error('x')
    if (ctx.path === '/leave') {
      ctx.req.socket.destroy()
      await new Promise((resolve) => ctx.res.once('close', resolve))
    }
    ctx.body = { authenticated: ctx.isAuthenticated() }
  })
}

describe.each(stacks)('user on $name', ({ Koa }) => {
  it('is who koa-passport signed in by its session', async () => {
    const { get, records, problems } = await serve(withPassport, {}, Koa)
    const signIn = async (name: string) => {
      const answer = await get(`/login?name=${name}`)
      const cookie = answer.headers.getSetCookie().map((line) => line.split(';')[0])
      return { user: answer.record.user, status: answer.status, headers: { cookie: cookie.join('; ') } }
    }
    const userOf = async (path: string, headers = {}) => (await get(path, { headers })).record.user

    const ann = await signIn('ann')
    const bob = await signIn('bob')
    expect([ann.user, bob.user]).toEqual(['0', 'Bob B.'])
    expect(await signIn('nobody')).toMatchObject({ user: null, status: 401 })
    expect(await userOf('/')).toBe(null)
    expect(await userOf('/', { cookie: 'koa.sess=forged' })).toBe(null)
    expect(await userOf('/', ann.headers)).toBe('0')
    expect(await userOf('/error', bob.headers)).toBe('Bob B.')

    await expect(get('/leave', { headers: bob.headers })).rejects.toThrow()
    expect((await records(8)).at(-1)).toMatchObject({ user: 'Bob B.', status_code: 499, aborted: true })
    expect(await userOf('/logout', bob.headers)).toBe(null) // read at the end
    expect(problems).toEqual([])
  })

  it('is the subject of a token that koa-jwt verified', async () => {
    const secret = 's'.repeat(32)
    const { get } = await serve(
      (app) =>
        app
          .use(koaJwt({ secret, passthrough: true }).unless({ path: '/public' }))
          .use((ctx) => void (ctx.query.fail ? ctx.throw(409) : (ctx.body = 'x'))),
      {},
      Koa,
    )
    const userOf = async (token: string, path = '/') =>
      (await get(path, { headers: { authorization: `Bearer ${token}` } })).record.user
    const good = jwt.sign({ name: 'Ann' }, secret, { subject: 'auth0|ann' })
    const forged = jwt.sign({}, 'another', { subject: 'auth0|ann' })
    expect(await userOf(good)).toBe('auth0|ann')
    expect(await userOf(good, '/?fail=1')).toBe('auth0|ann')
    expect(await userOf(good, '/public')).toBe(null)
    expect(await userOf(forged)).toBe(null)
    expect(await userOf(jwt.sign({ role: 'guest' }, secret))).toBe(null)
  })

  it('is null for the tokens that koa-jwt refuses', async () => {
    const { get } = await serve((app) => app.use(koaJwt({ secret: 's' })), {}, Koa)
    const { record } = await get('/', { headers: { authorization: 'Bearer nonsense' } })
    expect(record).toMatchObject({ user: null, status_code: 401, ex_message: 'Authentication Error' })
  })
})

it('user is that of each request, among many at once', async () => {
  const { port, records } = await serve((app) =>
    app.use(async (ctx) => {
      await new Promise((resolve) => setTimeout(resolve, Number(ctx.query.n) % 5))
      ctx.state.user = { id: ctx.query.n }
      await null
      ctx.body = 'x'
    }),
  )
  await Promise.all(Array.from({ length: 200 }, (_, n) => fetch(`http://127.0.0.1:${port}/?n=${n}`)))
  for (const { url, user } of await records(200)) expect(url).toBe(`/?n=${user}`)
})
