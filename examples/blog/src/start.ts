import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { actionlog } from '@actionlog/koa'
import type Koa from 'koa'
import { createApp } from './app.js'
import { prisma } from './db.js'
import { prepareDatabase } from './prepare-database.js'
import { jsonLogfile, sinkInWords } from './sink.js'
import { visit } from './visit.js'

const GRACE_MS = 2_000

await prepareDatabase()
const server = await listen(createApp(), Number(process.env.PORT ?? 3000))
const { port } = server.address() as AddressInfo
const url = `http://localhost:${port}`
process.once('SIGINT', stop).once('SIGTERM', stop)
await visit(url)

const logfile = jsonLogfile()
// stdout is the records'
console.error(`A first visit left its footprints ${sinkInWords()}. Now leave yours, in a browser at ${url} or with

  curl ${url}/authors/one-by-one
${
  logfile
    ? `
What the log says, in another terminal:

  npx actionlog report ${logfile}
  npx actionlog tail ${logfile}
`
    : ''
}
Ctrl-C ends the blog.`)

/** Listens on the port, or on the next one that is free. */
async function listen(app: Koa, port: number): Promise<Server> {
  const server = app.listen(port)
  try {
    await once(server, 'listening')
    return server
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return listen(app, port + 1)
  }
}

/** Lets requests under way finish, then the log, then the database. */
async function stop(): Promise<void> {
  setTimeout(() => server.closeAllConnections(), GRACE_MS).unref() // browsers keep unused connections open
  await once(server.close(), 'close')
  await actionlog.close()
  await prisma.$disconnect()
}
