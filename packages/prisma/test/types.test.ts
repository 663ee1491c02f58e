import { createRequire } from 'node:module'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { queryTimer } from '../src/index.js'
import { PrismaClient as Client } from './fixtures/generated/client/client.js'
import type { PrismaClient as JsClient } from './fixtures/generated/client-js/index.js'

// Nothing is queried here: tsc checks the types, and Prisma's promises are lazy.

const require = createRequire(import.meta.url)
const { PrismaClient: CommonJsClient } = require('./fixtures/generated/client-js/index.js') as {
  PrismaClient: typeof JsClient
}

const timer = queryTimer()
const adapter = timer.adapter(new PrismaLibSql({ url: ':memory:' }))

test('the wrapped adapter has the type of the adapter', () => {
  expectTypeOf(adapter).toEqualTypeOf<PrismaLibSql>()
  // @ts-expect-error: this is no driver adapter
  expect(() => timer.adapter({ url: ':memory:' })).not.toThrow()
})

describe('$extends(timer.extension) keeps the types of the generator prisma-client', () => {
  const base = new Client({ adapter })
  const prisma = base.$extends(timer.extension)

  test('results follow include, select and omit', () => {
    const included = prisma.user.findMany({ include: { posts: { include: { tags: true } } } })
    type Post = Awaited<typeof included>[number]['posts'][number]
    expectTypeOf<keyof Post>().toEqualTypeOf<'id' | 'title' | 'authorId' | 'tags'>()
    expectTypeOf<Post['tags']>().toEqualTypeOf<{ id: number; name: string }[]>()
    const selected = prisma.user.findFirst({ select: { name: true } })
    expectTypeOf<Awaited<typeof selected>>().toEqualTypeOf<{ name: string } | null>()
    const omitted = prisma.post.findFirstOrThrow({ omit: { authorId: true } })
    expectTypeOf<Awaited<typeof omitted>>().toEqualTypeOf<{ id: number; title: string }>()
  })

  test('wrong fields, arguments and models are still errors', () => {
    // @ts-expect-error: User has no such field
    prisma.user.findMany({ where: { nickname: 'x' } })
    // @ts-expect-error: an email is required
    prisma.user.create({ data: { name: 'x' } })
    // @ts-expect-error: there is no such model
    prisma.comment
    // @ts-expect-error: the name alone was selected
    const email = async () => (await prisma.user.findFirstOrThrow({ select: { name: true } })).email
    expect(email).toBeTypeOf('function')
  })

  test('transactions are typed', () => {
    const batch = () => prisma.$transaction([prisma.user.count(), prisma.post.findFirst()])
    expectTypeOf<Awaited<ReturnType<typeof batch>>>().toEqualTypeOf<
      [number, { id: number; title: string; authorId: number } | null]
    >()
    const interactive = () => prisma.$transaction(async (tx) => await tx.tag.findMany())
    expectTypeOf<Awaited<ReturnType<typeof interactive>>>().toEqualTypeOf<{ id: number; name: string }[]>()
  })

  test('extensions before and after it are typed', () => {
    const extended = base
      .$extends({
        result: { user: { shout: { needs: { name: true }, compute: ({ name }) => `${name}!` } } },
      })
      .$extends(timer.extension)
      .$extends({ model: { user: { greet: (name: string) => `hello ${name}` } } })
    expectTypeOf(extended.user.greet).toEqualTypeOf<(name: string) => string>()
    const user = extended.user.findFirstOrThrow({ select: { shout: true } })
    expectTypeOf<Awaited<typeof user>>().toEqualTypeOf<{ shout: string }>()
  })
})

describe('$extends(timer.extension) keeps the types of the generator prisma-client-js', () => {
  const prisma = new CommonJsClient({ adapter }).$extends(timer.extension)

  test('results follow include and select', () => {
    const included = prisma.post.findMany({ include: { tags: true } })
    type Post = Awaited<typeof included>[number]
    expectTypeOf<keyof Post>().toEqualTypeOf<'id' | 'title' | 'authorId' | 'tags'>()
    expectTypeOf<Post['tags']>().toEqualTypeOf<{ id: number; name: string }[]>()
    const selected = prisma.user.findFirst({ select: { name: true } })
    expectTypeOf<Awaited<typeof selected>>().toEqualTypeOf<{ name: string } | null>()
  })

  test('wrong fields are still errors', () => {
    // @ts-expect-error: User has no such field
    prisma.user.findMany({ where: { nickname: 'x' } })
    // @ts-expect-error: the name alone was selected
    const email = async () => (await prisma.user.findFirstOrThrow({ select: { name: true } })).email
    expect(email).toBeTypeOf('function')
  })
})
