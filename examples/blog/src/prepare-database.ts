import { readFile } from 'node:fs/promises'
import { createClient } from '@libsql/client'
import { databaseUrl, prisma } from './db.js'
import { comments, posts, users } from './seed.js'

const MIGRATION = new URL('../prisma/migration.sql', import.meta.url)

/** Creates the tables and fills them, where that was not done yet. */
export async function prepareDatabase(): Promise<void> {
  const tables = await prisma.$queryRaw<unknown[]>`SELECT name FROM sqlite_schema WHERE name = 'Comment'`
  if (tables.length === 0) await createTables()
  if ((await prisma.user.count()) === 0) await seed()
}

async function createTables(): Promise<void> {
  const client = createClient({ url: databaseUrl })
  await client.executeMultiple(await readFile(MIGRATION, 'utf8'))
  client.close()
}

async function seed(): Promise<void> {
  await prisma.$transaction([
    prisma.user.createMany({ data: users }),
    prisma.post.createMany({ data: posts }),
    prisma.comment.createMany({ data: comments }),
  ])
}
