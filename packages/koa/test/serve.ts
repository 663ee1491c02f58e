import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ActionLog, type ActionLogSettings, createActionLog, type Footprint } from '@actionlog/core'
import { type MemoryHandler, memoryHandler } from '@actionlog/core/testing'
import { actionLogMiddleware } from '@actionlog/koa'
import Koa, { type Context } from 'koa'

export interface Served {
  readonly app: Koa
  readonly log: ActionLog
  readonly handler: MemoryHandler
  readonly port: number
  /** The messages that `onError` got. */
  readonly problems: string[]
  /** Requests, and gives the answer (its body read) with the one record it left. */
  get(
    path: string,
    init?: RequestInit,
  ): Promise<{ status: number; headers: Headers; body: string; record: Footprint }>
  /** The records, once there are `count` of them; fails if there are more, or fewer after 20 s. */
  records(count: number): Promise<Footprint[]>
}

const ends: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** A real Koa app on a real socket, action log first, for the length of a test. */
export async function serve(
  build: (app: Koa) => void,
  settings: ActionLogSettings<Context> = {},
  App: typeof Koa = Koa,
): Promise<Served> {
  const handler = memoryHandler()
  const problems: string[] = []
  const log = createActionLog({ handler, onError: (error) => problems.push(error.message), ...settings })
  const app = new App()
  app.silent = true
  app.use(actionLogMiddleware(log))
  build(app)
  const server = createServer(app.callback()).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  ends.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await log.close()
  })

  const records = async (count: number): Promise<Footprint[]> => {
    await until(() => handler.footprints.length >= count)
    await new Promise((resolve) => setTimeout(resolve, 20)) // one too many would come now
    expect(handler.footprints).toHaveLength(count)
    return handler.footprints
  }
  const get: Served['get'] = async (path, init) => {
    const before = handler.footprints.length
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', ...init })
    const body = await response.text()
    const record = (await records(before + 1)).at(-1) as Footprint
    return { status: response.status, headers: response.headers, body, record }
  }
  return { app, log, handler, port, problems, get, records }
}

export async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition() && waited < 60_000; waited += 10) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
