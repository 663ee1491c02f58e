import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { memoryHandler } from '@actionlog/core/testing'
import { actionLogMiddleware } from '@actionlog/koa'
import Koa from 'koa'
import { afterAll, describe, expect, test } from 'vitest'
import { queryTimer } from '../src/index.js'
import { type Client, openClient, type Way } from './fixtures/database.js'
import type { Database } from './fixtures/databases/database.js'
import { libsql } from './fixtures/databases/libsql.js'
import { pglite } from './fixtures/databases/pglite.js'
import { postgres } from './fixtures/databases/postgres.js'
import { askPipelined, LAST_WORD } from './fixtures/pipelined.js'

const REQUESTS = 10_000
const CONNECTIONS = 10
const DEPTH = 10

interface Handler {
  /** Statements on SQLite and Postgres alike. */
  readonly statements: number
  /** What may be named as its slowest statement, beside SQL. */
  readonly names: readonly string[]
  run(prisma: Client, ctx: Koa.Context): Promise<unknown>
}

const byId = (id: number) => ({ where: { id } })

/** What many requests of a real application wait for together. */
let cached = sleep(1)
const sharedPromise = (): Promise<void> => cached
let late = 0

const handlers: Readonly<Record<string, Handler>> = {
  nothing: { statements: 0, names: [], run: async () => {} },
  unique: {
    statements: 1,
    names: ['User.findUnique'],
    run: async (prisma) => await prisma.user.findUnique(byId(1)),
  },
  'other-unique': {
    statements: 2,
    names: ['Post.findUniqueOrThrow'],
    run: async (prisma) => await prisma.post.findUniqueOrThrow({ ...byId(1), include: { tags: true } }),
  },
  batched: {
    statements: 1,
    names: ['Post.findUnique'],
    run: (prisma) => Promise.all([1, 2, 3, 4, 5].map((id) => prisma.post.findUnique(byId(id)))),
  },
  mixed: {
    statements: 3,
    names: ['User.findUnique', 'Tag.findUnique', 'User.count'],
    run: (prisma) =>
      Promise.all([prisma.user.findUnique(byId(1)), prisma.tag.findUnique(byId(1)), prisma.user.count()]),
  },
  'n-plus-1': {
    statements: 8,
    names: ['User.findMany', 'Post.findMany'],
    run: async (prisma) => {
      await prisma.user.findMany()
      for (let i = 0; i < 7; i++) await prisma.post.findMany({ where: { authorId: i } })
    },
  },
  batch: {
    statements: 3,
    names: [],
    run: (prisma) => prisma.$transaction([prisma.user.count(), prisma.post.count(), prisma.tag.count()]),
  },
  interactive: {
    statements: 3,
    names: ['Tag.findFirst'],
    run: (prisma) =>
      prisma.$transaction(async (tx) => {
        await Promise.all([tx.user.count(), tx.post.count()])
        await tx.tag.findFirst()
      }),
  },
  nested: {
    statements: 2,
    names: ['User.count', 'Post.count'],
    run: (prisma) =>
      prisma.$transaction(async (tx) => {
        await tx.user.count()
        await tx.$transaction(async (inner) => await inner.post.count())
      }),
  },
  fluent: {
    statements: 2,
    names: ['User.findUnique'],
    run: async (prisma) => await prisma.user.findUnique(byId(2)).posts(),
  },
  lazy: {
    statements: 1,
    names: ['Tag.findUnique'],
    run: async (prisma) => {
      const promise = prisma.tag.findUnique(byId(2))
      await sharedPromise()
      return { tag: await promise }
    },
  },
  'after-response': {
    statements: 1,
    names: ['User.findMany'],
    run: async (prisma, ctx) => {
      ctx.res.once('close', () => {
        late++
        setTimeout(() => prisma.post.count().finally(() => late--), 5)
      })
      return { users: await prisma.user.findMany() }
    },
  },
}

/** Serves the handlers, asks for `requests` of them, ten connections with ten requests each under way; what came out wrong. */
async function load(prisma: Client, names: readonly string[], requests: number) {
  const handler = memoryHandler()
  const app = new Koa()
  app.use(actionLogMiddleware({ handler }))
  app.use(async (ctx) => {
    const name = ctx.path.slice(1)
    if (Number(ctx.query.i) % 3 > 0) await sharedPromise()
    await (handlers[name] as Handler).run(prisma, ctx)
    ctx.body = LAST_WORD
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const refresh = setInterval(() => (cached = sleep(4)), 5)
  const paths = Array.from(
    { length: requests },
    (_, i) => `/${names[(i * 7 + (i >> 5)) % names.length]}?i=${i}`,
  )
  await Promise.all(
    Array.from({ length: CONNECTIONS }, (_, n) =>
      askPipelined(
        port,
        paths.filter((_, i) => i % CONNECTIONS === n),
        DEPTH,
      ),
    ),
  )
  server.close()
  while (late > 0 || handler.footprints.length < requests) await sleep(10)
  clearInterval(refresh)
  const wrong: string[] = []
  for (const { url, sql_count, sql_source, sql_slowest = '' } of handler.footprints) {
    const { statements, names } = handlers[url.slice(1, url.indexOf('?'))] as Handler
    if (sql_count !== statements || sql_source) wrong.push(`${url}: ${sql_count} instead of ${statements}`)
    if (/^\w+\.\w+$/.test(sql_slowest) && !names.includes(sql_slowest)) wrong.push(`${url}: ${sql_slowest}`)
  }
  return { wrong, footprints: handler.footprints }
}

const server: Database = postgres.missing ? pglite : postgres

const cases: readonly { readonly database: Database; readonly way: Way }[] = [
  { database: libsql, way: 'loader' },
  { database: libsql, way: 'ticks' },
  { database: server, way: 'loader' },
]

describe.each(cases)(
  `${REQUESTS} pipelined requests on $database.name, kept apart by the $way,`,
  ({ database, way }) => {
    const names = Object.keys(handlers).filter((name) => database !== pglite || name !== 'nested')
    afterAll(() => database.stop())

    test('each have their own statements, and their own names', async () => {
      const { prisma, driver, close } = await openClient(queryTimer(), { database, way })
      const { wrong, footprints } = await load(prisma, names, REQUESTS)
      expect(wrong).toEqual([])
      expect(footprints).toHaveLength(REQUESTS)
      const counted = footprints.reduce((sum, { sql_count }) => sum + sql_count, 0)
      const afterwards = footprints.filter(({ url }) => url.startsWith('/after-response')).length
      expect(counted).toBe(driver.statements.length - afterwards)
      for (const { sql_repeat, sql_repeat_count } of footprints.filter(({ url }) =>
        url.startsWith('/n-plus-1'),
      ))
        expect({ sql_repeat, sql_repeat_count }).toEqual({ sql_repeat: 'Post.findMany', sql_repeat_count: 7 })
      await close()
    }, 300_000)

    test('would be mixed up without the extension', async () => {
      const { base, close } = await openClient(queryTimer(), { database, way: 'ticks' })
      const { wrong } = await load(base as unknown as Client, ['unique', 'batch', 'lazy'], 300)
      expect(wrong).not.toEqual([])
      await close()
    })
  },
)
