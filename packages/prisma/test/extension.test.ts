import { setTimeout as sleep } from 'node:timers/promises'
import { createActionLog, runInRequest } from '@actionlog/core'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { readReplicas } from '@prisma/extension-read-replicas'
import { beforeEach, describe, expect, test } from 'vitest'
import { type QueryTimer, queryTimer } from '../src/index.js'
import { openClient as open, reports, request, ways } from './fixtures/database.js'
import { libsql } from './fixtures/databases/libsql.js'
import { PrismaClient } from './fixtures/generated/client/client.js'

/** A client whose adapter the timer did not wrap. */
async function openUnwrapped(timer: QueryTimer = queryTimer()) {
  const { adapter, driver, remove } = await libsql.open()
  const base = new PrismaClient({ adapter })
  const close = async (): Promise<void> => {
    await base.$disconnect()
    remove()
  }
  return { prisma: base.$extends(timer.extension), base, adapter, driver, timer, close }
}

describe('timer.extension without a wrapped adapter', () => {
  test('counts operations, and says so', async () => {
    const { prisma, close } = await openUnwrapped()
    const { footprint } = await request(async () => {
      for (let i = 0; i < 5; i++) await prisma.user.findMany({ include: { posts: true } })
      await prisma.$queryRaw`SELECT 1`
    })
    expect(footprint).toMatchObject({
      sql_count: 6,
      sql_source: 'operation',
      sql_repeat: 'User.findMany',
      sql_repeat_count: 5,
    })
    expect(footprint.sql_time).toBeGreaterThan(0)
    expect(footprint.sql_time).toBeLessThanOrEqual(footprint.total_time)
    await close()
  })

  test('names raw operations by their method', async () => {
    const { prisma, close } = await openUnwrapped()
    const { footprint } = await request(async () => await prisma.$queryRaw`SELECT 1`)
    expect(footprint.sql_slowest).toBe('$queryRaw')
    await close()
  })

  test('counts operations that fail', async () => {
    const { prisma, close } = await openUnwrapped()
    const { footprint, thrown } = await request(async () => await prisma.user.delete({ where: { id: 99 } }))
    expect(thrown).toMatchObject({ code: 'P2025' })
    expect(footprint).toMatchObject({ sql_count: 1, sql_errors: 1, sql_source: 'operation' })
    await close()
  })

  test('counts each operation of a transaction', async () => {
    const { prisma, close } = await openUnwrapped()
    const { footprint } = await request(async () => {
      await prisma.$transaction([prisma.user.count(), prisma.post.count()])
      await prisma.$transaction(async (tx) => {
        await tx.user.count()
      })
    })
    expect(footprint.sql_count).toBe(3)
    await close()
  })

  test('does the same when the wrapped adapter was not given to the client', async () => {
    const timer = queryTimer()
    const { prisma, adapter, close } = await openUnwrapped(timer)
    timer.adapter(adapter)
    const { footprint } = await request(async () => await prisma.user.findMany())
    expect(footprint).toMatchObject({ sql_count: 1, sql_source: 'operation' })
    await close()
  })

  test('counts once when applied twice', async () => {
    const { base, timer, close } = await openUnwrapped()
    const between = base.$extends(timer.extension).$extends({ model: { user: { greet: () => 'hello' } } })
    const prisma = between.$extends(timer.extension)
    const { footprint } = await request(async () => await prisma.user.findMany())
    expect(footprint.sql_count).toBe(1)
    expect(prisma.user.greet()).toBe('hello')
    await close()
  })

  test('says nothing of an estimate in a request without operations', async () => {
    const { footprint } = await request(async () => {})
    expect(footprint.sql_source).toBeUndefined()
  })

  test('works outside requests', async () => {
    const { prisma, close } = await openUnwrapped()
    expect(await prisma.user.count()).toBe(0)
    await close()
  })
})

describe.each(ways)('timer.extension with a wrapped adapter, by the %s,', (way) => {
  const openClient = (timer?: QueryTimer) => open(timer, { way })

  test('counts statements from the first operation on, however many race to connect', async () => {
    const { adapter, driver, remove } = await libsql.open()
    const timer = queryTimer()
    const base = new PrismaClient({ adapter: timer.adapter(adapter) })
    const prisma = base.$extends(timer.extension)
    const requests = await Promise.all([1, 2, 3].map(() => request(async () => await prisma.user.findMany())))
    for (const { footprint } of requests) {
      expect(footprint.sql_count).toBe(1)
      expect(footprint.sql_source).toBeUndefined()
    }
    expect(driver.statements).toHaveLength(3)
    await base.$disconnect()
    remove()
  })

  test('counts once when applied twice', async () => {
    const timer = queryTimer()
    const { prisma, close } = await openClient(timer)
    const twice = prisma.$extends(timer.extension)
    const { footprint } = await request(async () => await twice.user.findMany({ include: { posts: true } }))
    expect(footprint.sql_count).toBe(2)
    await close()
  })

  test('counts an operation once when applied twice', async () => {
    const timer = queryTimer()
    const { prisma, close } = await openClient(timer)
    const posts = {
      create: Array.from({ length: 5 }, (_, i) => ({ title: `${i}`, tags: { connect: { id: 1 } } })),
    }
    const { footprint } = await request(
      async () =>
        await prisma.$extends(timer.extension).user.create({ data: { name: 'x', email: 'x', posts } }),
    )
    expect(footprint.sql_repeat).toMatch(/^INSERT INTO Post/)
    await close()
  })

  test('leaves an operation lazy, until it is awaited', async () => {
    const { prisma, driver, close } = await openClient()
    await request(async () => {
      void prisma.user.findMany()
    })
    expect(driver.statements).toEqual([])
    await close()
  })

  test('works beside other extensions, and after them', async () => {
    const timer = queryTimer()
    const { base, close } = await openClient(timer)
    const prisma = base
      .$extends({ result: { user: { shout: { needs: { name: true }, compute: ({ name }) => `${name}!` } } } })
      .$extends({ query: { user: { findMany: ({ args, query }) => query({ ...args, take: 1 }) } } })
      .$extends(timer.extension)
    let shouts: string[] = []
    const { footprint } = await request(async () => {
      shouts = (await prisma.user.findMany()).map((user) => user.shout)
    })
    expect(shouts).toEqual(['Ada!'])
    expect(footprint.sql_count).toBe(1)
    await close()
  })

  test('works with several clients, one timer or several', async () => {
    const timer = queryTimer()
    const [first, second, third] = await Promise.all([
      openClient(timer),
      openClient(timer),
      openClient(queryTimer()),
    ])
    const { footprint } = await request(() =>
      Promise.all([first.prisma.user.count(), second.prisma.post.findMany(), third.prisma.user.findMany()]),
    )
    expect(footprint.sql_count).toBe(3)
    expect(footprint.sql_source).toBeUndefined()
    for (const { close } of [first, second, third]) await close()
  })

  test('works with read replicas, each with the adapter and the extension', async () => {
    const { base, driver, close } = await openClient()
    const replicas = await Promise.all([openClient(), openClient()])
    const prisma = base
      .$extends(readReplicas({ replicas: replicas.map(({ prisma }) => prisma as never) }))
      .$extends(queryTimer().extension)
    const shared = Promise.resolve()
    const requests = await Promise.all(
      [1, 2, 3, 4].map((id) =>
        request(async () => {
          await shared
          await prisma.user.findUnique({ where: { id } })
          await prisma.post.findMany({ include: { tags: true } })
          await prisma.user.update({ where: { id: 1 }, data: { name: `${id}` } })
          await prisma.$transaction(async (tx) => await tx.user.count())
          await prisma.$primary().user.count()
        }),
      ),
    )
    expect(requests.map(({ footprint }) => footprint.sql_count)).toEqual([6, 6, 6, 6])
    const onReplicas = replicas.reduce((sum, { driver }) => sum + driver.statements.length, 0)
    expect([driver.statements.length, onReplicas]).toEqual([12, 12])
    for (const replica of replicas) await replica.close()
    await close()
  })

  test('fails as the client does when the database cannot be opened', async () => {
    const timer = queryTimer()
    class ClosedLibSql extends PrismaLibSql {
      override connect = () => Promise.reject(new Error('no database'))
    }
    const adapter = timer.adapter(new ClosedLibSql({ url: ':memory:' }))
    const prisma = new PrismaClient({ adapter }).$extends(timer.extension)
    const { footprint, thrown } = await request(async () => await prisma.user.findMany())
    expect(thrown).toMatchObject({ message: expect.stringContaining('no database') })
    expect(footprint.sql_count).toBe(0)
  })
})

describe('an inexact count is reported to onError once', () => {
  const openClient = (timer?: QueryTimer) => open(timer, { way: 'ticks' })

  beforeEach(() => void reports.splice(0))
  const inexact = () =>
    reports
      .splice(0)
      .filter(({ code }) => code === 'inexact_sql')
      .map(({ message }) => message)

  test('an extension with queries after the timer', async () => {
    const { prisma, close } = await openClient()
    const later = prisma.$extends({ query: { user: { findMany: ({ args, query }) => query(args) } } })
    const requests = [1, 2].map(() => request(async () => await later.user.findMany()))
    for (const { footprint } of await Promise.all(requests)) {
      expect(footprint.sql_count).toBe(1)
      expect(footprint.sql_slowest).toMatch(/^SELECT/) // whose it is is not sure any more
    }
    expect(inexact()).toEqual([expect.stringContaining('applied after timer.extension')])
    await close()
  })

  test('not the client from which one with queries was derived, which stays exact', async () => {
    const { prisma, close } = await openClient()
    const later = prisma.$extends({ model: { user: { greet: () => 'hello' } } }).$extends({
      query: { $allModels: { findMany: ({ args, query }) => query(args) } },
    })
    const { footprint } = await request(async () => {
      for (let i = 0; i < 5; i++) await prisma.user.findMany()
      await prisma.$transaction([prisma.tag.count(), prisma.tag.count()])
    })
    expect(footprint).toMatchObject({ sql_count: 7, sql_repeat: 'User.findMany', sql_repeat_count: 5 })
    expect(inexact()).toEqual([])
    expect(later.user.greet()).toBe('hello')
    const { footprint: ofLater } = await request(() =>
      later.$transaction([later.user.findMany(), later.user.findMany()]),
    )
    expect(ofLater.sql_count).toBe(2)
    expect(ofLater.sql_slowest).toMatch(/^SELECT/)
    expect(inexact()).toHaveLength(1)
    await close()
  })

  test('except one without queries, or one that the timer is applied after', async () => {
    const timer = queryTimer()
    const { prisma, close } = await openClient(timer)
    const harmless = prisma.$extends({ model: { user: { greet: () => 'hello' } } })
    const again = prisma.$extends({ query: {} }).$extends(timer.extension)
    await request(async () => [await harmless.user.count(), await again.user.count()])
    expect(inexact()).toEqual([])
    await close()
  })

  test('a client whose adapter the timer did not wrap, beside one with it: its operations are counted', async () => {
    const timer = queryTimer()
    const wrapped = await openClient(timer)
    const { prisma, close } = await openUnwrapped(timer)
    const { footprint } = await request(async () => {
      await wrapped.prisma.user.findMany({ include: { posts: true } })
      for (let i = 0; i < 2; i++) await prisma.user.findMany()
    })
    expect(footprint).toMatchObject({ sql_count: 4, sql_source: 'operation' })
    expect(inexact()).toEqual([expect.stringContaining('does not use the adapter')])
    await wrapped.close()
    await close()
  })
})

describe('where the data loader keeps requests apart', () => {
  beforeEach(() => void reports.splice(0))

  test('an extension after the timer may wait for what requests share', async () => {
    const { prisma, driver, close } = await open()
    const shared = sleep(5)
    const later = prisma.$extends({
      query: { $allOperations: ({ args, query }) => shared.then(() => query(args)) },
    })
    const requests = await Promise.all(
      [1, 2, 3, 4].map((size) =>
        request(async () => {
          await later.user.findUnique({ where: { id: 1 } })
          await later.$transaction(Array.from({ length: size }, () => later.tag.count()))
        }),
      ),
    )
    expect(requests.map(({ footprint }) => footprint.sql_count)).toEqual([2, 3, 4, 5])
    expect(driver.statements).toHaveLength(14)
    expect(reports).toEqual([])
    await close()
  })

  test('the client that was extended is exact too', async () => {
    const { base, driver, close } = await open()
    const requests = await Promise.all(
      [1, 2, 3].map(() => request(async () => await base.user.findUnique({ where: { id: 1 } }))),
    )
    for (const { footprint } of requests)
      expect(footprint).toMatchObject({ sql_count: 1, sql_slowest: 'User.findUnique' })
    expect(driver.statements).toHaveLength(3)
    await close()
  })

  test('a batch transaction stays whole, whatever scopes its operations come from', async () => {
    const { prisma, driver, close } = await open()
    const other = createActionLog({ handlerType: 'null' }).begin('other')
    const straying = prisma.$extends({
      query: { tag: { count: ({ args, query }) => runInRequest(other, async () => await query(args)) } },
    })
    const { footprint } = await request(() =>
      straying.$transaction([straying.user.count(), straying.tag.count(), straying.post.count()]),
    )
    expect(footprint.sql_count).toBe(3)
    expect(driver.statements).toHaveLength(3)
    await close()
  })

  test('what runs outside requests is on no record, whoever shares its tick', async () => {
    const { prisma, close } = await open()
    const shared = Promise.resolve()
    const inside = request(() => shared.then(() => prisma.user.findUnique({ where: { id: 1 } })))
    const outside = shared.then(() => prisma.post.findUnique({ where: { id: 1 } }))
    const sameOutside = shared.then(() => prisma.user.findUnique({ where: { id: 1 } }))
    expect((await inside).footprint.sql_count).toBe(1)
    expect(await outside).toMatchObject({ title: 'One' })
    expect(await sameOutside).toMatchObject({ name: 'Ada' })
    await close()
  })
})
