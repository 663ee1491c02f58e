import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { queryTimer } from '../src/index.js'
import { type Client, openClient, request, ways } from './fixtures/database.js'

const byId = (id: number) => ({ where: { id } })

async function times(n: number, run: (i: number) => PromiseLike<unknown>): Promise<void> {
  for (let i = 0; i < n; i++) await run(i)
}

describe.each(ways)('with the %s, a statement', (way) => {
  /** The footprint's text for its most repeated statement, or for its only one. */
  async function nameOf(run: (prisma: Client, base: Client) => Promise<unknown>, timer = queryTimer()) {
    const { prisma, base, close } = await openClient(timer, { way })
    const { footprint } = await request(() => run(prisma, base as unknown as Client))
    await close()
    const { sql_repeat, sql_repeat_count, sql_slowest } = footprint
    return sql_repeat ? `${sql_repeat_count} × ${sql_repeat}` : sql_slowest
  }

  describe('is named after its operation', () => {
    test.each<[string, (prisma: Client) => Promise<unknown>]>([
      ['User.findMany', async (prisma) => await prisma.user.findMany()],
      ['Post.count', async (prisma) => await prisma.post.count()],
      ['Tag.findUnique', async (prisma) => await prisma.tag.findUnique(byId(1))],
      ['User.findUnique', async (prisma) => await prisma.user.findUnique(byId(1)).posts()],
      ['Tag.create', async (prisma) => await prisma.tag.create({ data: { name: 'x' } })],
      [
        'Post.findFirst',
        (prisma) => prisma.$transaction(async (tx) => await tx.post.findFirst({ include: { author: true } })),
      ],
      ['7 × Post.findMany', (prisma) => times(7, () => prisma.post.findMany())],
      ['7 × User.findUnique', (prisma) => times(7, (i) => prisma.user.findUnique(byId(i)))],
      ['6 × Post.findMany', (prisma) => Promise.all(Array.from({ length: 6 }, () => prisma.post.findMany()))],
      [
        '6 × User.count',
        (prisma) => prisma.$transaction(Array.from({ length: 6 }, () => prisma.user.count())),
      ],
      ['5 × User.findMany', (prisma) => times(5, () => prisma.user.findMany({ include: { posts: true } }))],
      [
        '5 × Post.count',
        (prisma) =>
          Promise.all([times(5, () => prisma.post.count()), times(3, () => prisma.user.findMany())]),
      ],
    ])('%s', async (name, run) => {
      expect(await nameOf(run)).toBe(name)
    })
  })

  describe('is shown as SQL without values', () => {
    test('where operations that Prisma dispatches together are different', async () => {
      const name = await nameOf((prisma) =>
        prisma.$transaction([prisma.user.findFirst(), prisma.user.findFirst(), prisma.user.findMany()]),
      )
      expect(name).toMatch(/^SELECT /)
    })

    test('where an extension before the timer holds operations of a batch transaction up', async () => {
      const timer = queryTimer()
      const { base, close } = await openClient(timer, { way })
      const slow = base.$extends({
        query: { user: { count: ({ args, query }) => sleep(1).then(() => query(args)) } },
      })
      const prisma = slow.$extends(timer.extension)
      for (const alike of [true, false]) {
        const { footprint } = await request(async () => {
          const other = alike ? prisma.user.count() : prisma.post.count()
          await prisma.$transaction([other, prisma.user.count(), prisma.user.count()])
        })
        if (alike) expect(footprint.sql_slowest).toBe('User.count')
        else expect(footprint.sql_slowest).toMatch(/^SELECT COUNT/)
      }
      await close()
    })

    test('where one transaction asks for different things at once, raw SQL too', async () => {
      const name = await nameOf((prisma) =>
        prisma.$transaction((tx) => Promise.all([tx.user.count(), tx.$queryRaw`SELECT 1`])),
      )
      expect(name).toMatch(/^SELECT /)
    })

    test('where an operation repeats it within itself', async () => {
      const posts = {
        create: Array.from({ length: 8 }, (_, i) => ({ title: `${i}`, tags: { connect: { id: 1 } } })),
      }
      const data = { name: 'G', email: 'g', posts }
      const name = await nameOf(async (prisma) => await prisma.user.create({ data }))
      expect(name).toMatch(/^8 × INSERT INTO Post /)
    })

    test('where different operations send the same', async () => {
      const name = await nameOf((prisma) =>
        times(3, async () => {
          await prisma.user.findMany()
          await prisma.user.findMany({ include: { posts: { where: { id: 0 } } } })
        }),
      )
      expect(name).toBe('6 × User.findMany')
      const differing = await nameOf((prisma) =>
        times(3, async () => {
          await prisma.post.findUnique(byId(1))
          await prisma.post.findUniqueOrThrow(byId(1))
        }),
      )
      expect(differing).toMatch(/^6 × SELECT .* FROM Post/)
    })

    test('where it is raw', async () => {
      expect(await nameOf(async (prisma) => await prisma.$queryRaw`SELECT ${7}`)).toBe('SELECT ?')
    })
  })

  test(`is ${way === 'loader' ? 'named' : 'shown as SQL'} where it comes from the client before the extension`, async () => {
    const name = await nameOf(async (_, base) => await base.user.count())
    expect(name).toMatch(way === 'loader' ? 'User.count' : /^SELECT COUNT/)
    const repeated = await nameOf((prisma, base) =>
      Promise.all([times(2, () => prisma.user.count()), times(6, () => base.post.findMany())]),
    )
    expect(repeated).toMatch(way === 'loader' ? '6 × Post.findMany' : /^6 × SELECT .* FROM Post/)
  })

  test('with isolate: false is named where it is surely of one operation', async () => {
    const timer = () => queryTimer({ isolate: false })
    const name = await nameOf(async (prisma) => await prisma.user.findUnique(byId(1)), timer())
    expect(name).toMatch(way === 'loader' ? 'User.findUnique' : /^SELECT/)
    expect(await nameOf(async (prisma) => await prisma.user.findMany(), timer())).toBe('User.findMany')
  })
})
