import { queryTimer } from '@actionlog/prisma'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaClient } from './generated/client.js'

export const databaseUrl = process.env.DATABASE_URL ?? new URL('../data/blog.db', import.meta.url).href

const timer = queryTimer()

export const prisma = new PrismaClient({
  adapter: timer.adapter(new PrismaLibSql({ url: databaseUrl })),
}).$extends(timer.extension)
