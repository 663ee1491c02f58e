import { expect, test } from 'vitest'
import { queryTimer } from '../src/index.js'
import { isFollowed } from '../src/loader.js'
import { makeClient, request, seed } from './fixtures/database.js'
import { libsql } from './fixtures/databases/libsql.js'
import { clientOfMinor, minors } from './fixtures/minors.js'

const byId = (id: number) => ({ where: { id } })

test.each(minors)('the data loader of %s keeps requests apart, and names their statements', async (minor) => {
  const { adapter, driver, remove } = await libsql.open()
  const timer = queryTimer()
  const timed = timer.adapter(adapter)
  const base = clientOfMinor(minor, makeClient('sqlite', timed as never), timed)
  await seed(base)
  await driver.clear()
  const prisma = base.$extends(timer.extension)
  expect(isFollowed(prisma)).toBe(true)

  const shared = Promise.resolve()
  const requests = await Promise.all(
    [
      () => prisma.user.findUnique(byId(1)),
      () => prisma.user.findUnique(byId(1)),
      () => prisma.post.findUnique({ ...byId(1), include: { tags: true } }),
      () => Promise.all([1, 2, 3].map((id) => prisma.post.findUnique(byId(id)))),
      () => prisma.$transaction([1, 2, 3].map(() => prisma.user.count())),
      () => prisma.$transaction([prisma.tag.findUnique(byId(1)), prisma.user.count()]),
      () =>
        prisma.$transaction(async (tx) => {
          await Promise.all([tx.user.findUnique(byId(1)), tx.tag.findUnique(byId(1))])
          await tx.post.findFirst()
        }),
      () => prisma.$queryRawUnsafe('SELECT ?', 'secret'),
      () => prisma.user.findMany({ include: { posts: true } }),
      async () => {},
    ].map((run) => request(async () => await shared.then(run))),
  )
  const counts = requests.map(({ footprint }) => footprint.sql_count)
  expect(counts).toEqual([1, 1, 2, 1, 3, 2, 3, 1, 2, 0])
  expect(driver.statements).toHaveLength(16)
  const repeated = requests.map(({ footprint: { sql_slowest = '' } }) =>
    sql_slowest.replace(/^SELECT .*/, 'SQL'),
  )
  expect(repeated.slice(0, 6)).toEqual([
    'User.findUnique',
    'User.findUnique',
    'Post.findUnique',
    'Post.findUnique',
    'User.count',
    'SQL',
  ])
  expect(repeated.slice(7)).toEqual(['SQL', 'User.findMany', ''])
  await base.$disconnect()
  remove()
})
