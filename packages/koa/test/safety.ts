import { once } from 'node:events'
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ActionLogWriter, actionlog, createActionLog, type Footprint, messageOf } from '@actionlog/core'
import { fileHandler } from '@actionlog/handler-file'
import { actionLogMiddleware } from '@actionlog/koa'
import type { Parameters } from 'fast-check'
import Koa from 'koa'

/** The same runs every time; fast-check prints seed and path with a failure. */
export const runs = (numRuns: number): Parameters<unknown> => ({ numRuns, seed: 20161122 })

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const CONTROLS = /[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/u
const HEADLINE = `${'='.repeat(18)} Footprint Log ${'='.repeat(18)}`
const TEXT_LINE = /^(?:={18} Footprint Log ={18}|-{18} Action Log -{18}|.* : .*| {4}(?:at|caused by:) .*|)$/

const ends: (() => unknown)[] = []
afterAll(async () => {
  for (const end of ends) await end()
})

/** No request may leave a rejection that nobody handles. */
export function expectNoUnhandled(): void {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  beforeAll(() => void process.on('unhandledRejection', note))
  afterAll(() => void process.off('unhandledRejection', note))
  afterEach(() => expect(unhandled).toEqual([]))
}

/** Listens for the length of the tests. */
export async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  ends.push(() => server.close())
  return (server.address() as AddressInfo).port
}

export interface Twins {
  readonly logged: Koa
  /** The ports of the app with the action log, and of the same app without. */
  readonly ports: readonly [number, number]
  /** How many requests reached the app with the action log. */
  readonly requests: () => number
  /** The messages that `onError` got. */
  readonly problems: string[]
  /** Checks what was written since the last call: whole, plain lines; gives the `count` footprints among them. */
  written(count: number): Promise<Footprint[]>
}

/** An app whose action log writes two real files, JSON and text; and its twin, built without one. */
export async function twins(build: (app: Koa, log?: ActionLogWriter) => unknown): Promise<Twins> {
  const folder = mkdtempSync(join(tmpdir(), 'actionlog-safety-'))
  const [jsonFile, textFile] = [join(folder, 'json.log'), join(folder, 'text.log')] as const
  const problems: string[] = []
  const log = createActionLog({
    handler: [fileHandler({ logfile: jsonFile }), fileHandler({ logfile: textFile, format: 'text' })],
    onError: (error) => problems.push(messageOf(error)),
  })
  const [json, text] = [linesOf(jsonFile), linesOf(textFile)] as const
  ends.push(async () => {
    await log.close()
    rmSync(folder, { recursive: true })
  })
  const [logged, bare] = [new Koa(), new Koa()]
  logged.use(actionLogMiddleware(log))
  build(Object.assign(logged, { silent: true, proxy: true }), actionlog)
  build(Object.assign(bare, { silent: true, proxy: true }))
  let requests = 0
  const counting = createServer(logged.callback()).prependListener('request', () => void requests++)

  const written: Twins['written'] = async (count) => {
    const found: Footprint[] = []
    const lines: string[] = []
    const headlines = (): string[] => lines.filter((line) => line === HEADLINE)
    let wait = 0
    do {
      await new Promise((resolve) => setTimeout(resolve, wait))
      await log.flush()
      const records = json().map((line) => JSON.parse(line))
      found.push(...records.filter((record) => record.label_name === 'footprint'))
      lines.push(...text())
    } while (wait++ < 100 && Math.min(found.length, headlines().length) < count)
    expect(lines.filter((line) => !TEXT_LINE.test(line))).toEqual([])
    expect(headlines()).toHaveLength(count)
    expect(found).toHaveLength(count)
    return found
  }
  const ports = [await listen(counting), await listen(createServer(bare.callback()))] as const
  return { logged, ports, requests: () => requests, problems, written }
}

/** The whole lines that a file got since the last call: nothing in them may be more than text. */
function linesOf(path: string): () => string[] {
  const fd = openSync(path, 'r')
  ends.push(() => closeSync(fd))
  let read = 0
  return () => {
    const bytes = Buffer.alloc(fstatSync(fd).size - read)
    read += readSync(fd, bytes, 0, bytes.length, read)
    const lines = bytes.toString().split('\n')
    expect(lines.pop()).toBe('')
    expect(lines.filter((line) => CONTROLS.test(line))).toEqual([])
    return lines
  }
}

/** Sends the bytes, and gives all that came back until the server closed the connection. */
export async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.setEncoding('latin1').on('data', (part) => (answer += part))
  socket.on('error', () => {}).end(Buffer.from(bytes, 'latin1'))
  await once(socket, 'close')
  return answer
}
