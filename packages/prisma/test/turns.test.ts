import { describe, expect, test } from 'vitest'
import { queryTimer } from '../src/index.js'
import { openClient, request, ways } from './fixtures/database.js'

/** Runs each handler as a request, all of them woken by one shared promise; their statement counts. */
async function together(...handlers: (() => Promise<unknown>)[]): Promise<number[]> {
  let wake = (): void => {}
  const shared = new Promise<void>((resolve) => {
    wake = resolve
  })
  const requests = handlers.map((handler) => request(() => shared.then(handler)))
  wake()
  return (await Promise.all(requests)).map(({ footprint }) => footprint.sql_count)
}

const byId = (id: number) => ({ where: { id } })

test('requests that share a tick would be mixed up by Prisma without the extension', async () => {
  const { base, close } = await openClient(queryTimer(), { way: 'ticks' })
  const handler = async () => await base.user.findUnique(byId(1))
  expect(await together(handler, handler, handler)).toEqual([1, 0, 0])
  await close()
})

describe.each(ways)('requests that share a tick, kept apart by the %s,', (way) => {
  const open = (timer = queryTimer()) => openClient(timer, { way })

  test('have a statement each for the same findUnique', async () => {
    const { prisma, driver, close } = await open()
    const handler = async () => await prisma.user.findUnique(byId(1))
    expect(await together(handler, handler, handler, handler)).toEqual([1, 1, 1, 1])
    expect(driver.statements).toHaveLength(4)
    await close()
  })

  test('have their own statements for different operations', async () => {
    const { prisma, close } = await open()
    const counts = await together(
      async () => await prisma.user.findUnique(byId(1)),
      async () => await prisma.post.findUnique({ ...byId(1), include: { tags: true } }),
      async () => await prisma.user.findMany({ include: { posts: { include: { tags: true } } } }),
      async () => {},
      async () => await prisma.tag.findUniqueOrThrow(byId(1)),
    )
    expect(counts).toEqual([1, 2, 3, 0, 1])
    await close()
  })

  test('have their own transactions, batch and interactive', async () => {
    const { prisma, driver, close } = await open()
    const counts = await together(
      ...[1, 2, 3].map(
        (size) => () => prisma.$transaction(Array.from({ length: size }, () => prisma.user.count())),
      ),
      ...[1, 2, 3].map(
        (size) => () =>
          prisma.$transaction(async (tx) => {
            await Promise.all(Array.from({ length: size }, () => tx.user.count()))
          }),
      ),
    )
    expect(counts).toEqual([1, 2, 3, 1, 2, 3])
    expect(driver.statements).toHaveLength(12)
    await close()
  })

  test('keep the batching inside each of them', async () => {
    const { prisma, driver, close } = await open()
    const handler = () => Promise.all([1, 2, 3, 4, 5].map((id) => prisma.post.findUnique(byId(id))))
    expect(await together(handler, handler, handler)).toEqual([1, 1, 1])
    expect(driver.statements).toHaveLength(3)
    await close()
  })

  test('are kept apart from operations outside requests', async () => {
    const { prisma, close } = await open()
    const shared = Promise.resolve()
    const outside = shared.then(() => prisma.user.findUnique(byId(1)))
    const inside = request(() => shared.then(() => prisma.user.findUnique(byId(2))))
    expect(await outside).toMatchObject({ name: 'Ada' })
    expect((await inside).footprint.sql_count).toBe(1)
    await close()
  })

  test('take turns in the order they came', async () => {
    const { prisma, driver, close } = await open()
    await together(
      async () => await prisma.user.findUnique(byId(1)),
      async () => await prisma.post.findUnique(byId(1)),
      async () => await prisma.tag.findUnique(byId(1)),
    )
    expect(driver.statements.map((sql) => /FROM `main`.`(\w+)`/.exec(sql)?.[1])).toEqual([
      'User',
      'Post',
      'Tag',
    ])
    await close()
  })

  test('get their results and errors as ever', async () => {
    const { prisma, close } = await open()
    const results: unknown[] = []
    const handlers = [1, 2, 99].map((id) => async () => {
      results.push(
        await prisma.user.findUniqueOrThrow(byId(id)).catch((error: { code: string }) => error.code),
      )
    })
    await together(...handlers)
    expect(results).toMatchObject([{ name: 'Ada' }, { name: 'Bob' }, 'P2025'])
    await close()
  })

  test('count the operations they await, wherever these were created', async () => {
    const { prisma, close } = await open()
    let made: PromiseLike<unknown> | undefined
    const maker = await request(async () => {
      made = prisma.user.findMany()
    })
    const awaiter = await request(async () => await made)
    expect([maker, awaiter].map(({ footprint }) => footprint.sql_count)).toEqual([0, 1])
    await close()
  })

  test('are merged by Prisma again with isolate: false', async () => {
    const { prisma, driver, close } = await open(queryTimer({ isolate: false }))
    const handler = async () => await prisma.user.findUnique(byId(1))
    const counts = await together(handler, handler, handler, handler)
    expect(driver.statements).toHaveLength(1)
    expect(counts).toEqual([1, 0, 0, 0])
    await close()
  })
})
