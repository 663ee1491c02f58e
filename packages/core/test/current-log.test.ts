import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as core from '../src/index.js'
import { type MemoryHandler, memoryHandler } from '../src/testing/index.js'
import { facts } from './facts.js'
import { runNode } from './run-node.js'

const { actionlog, createActionLog, runInRequest } = core
const logs: core.ActionLog[] = []

function open(): { log: core.ActionLog; handler: MemoryHandler; reported: core.ActionLogError[] } {
  const handler = memoryHandler()
  const reported: core.ActionLogError[] = []
  const log = createActionLog({ handler, onError: (error) => reported.push(error) })
  logs.push(log)
  return { log, handler, reported }
}
afterEach(() => Promise.all(logs.splice(0).map((log) => log.close())))

describe('actionlog', () => {
  it("is the request's inside one, outside the one configured first that is still open", async () => {
    const first = open()
    const second = open()
    actionlog.log({ n: 1 })
    runInRequest(second.log.begin('r-2'), () => {
      actionlog.log({ n: 2 })
      actionlog.set({ n: 2 })
    })
    expect(actionlog.stats()).toMatchObject({ emitted: 1 })
    await first.log.close()
    actionlog.log({ n: 3 })
    expect(first.handler.records).toMatchObject([{ n: 1 }])
    expect(second.handler.records).toMatchObject([{ n: 2, request_id: 'r-2' }, { n: 3 }])
    expect(second.reported).toEqual([])
  })

  it('flushes and closes every action log outside requests, inside one its own', async () => {
    const first = open()
    const second = open()
    await runInRequest(second.log.begin('r-2'), () => actionlog.close())
    second.log.log({})
    first.log.log({})
    expect([first, second].map(({ handler }) => handler.stats().dropped)).toEqual([0, 1])
    await actionlog.flush()
    await actionlog.close()
    first.log.log({})
    expect(first.handler.stats().dropped).toBe(1)
    await actionlog.close()
  })

  it('means the closed one when all are closed: dropped and reported, not written elsewhere', async () => {
    const source = `
      import { actionlog, createActionLog } from '@actionlog/core'
      const log = createActionLog({ handlerType: 'stdout', format: 'json' })
      actionlog.log({ n: 1 })
      await actionlog.close()
      actionlog.log({ n: 2 })
      console.error(JSON.stringify(log.stats()))
      const next = createActionLog({ handlerType: 'stdout', format: 'json' })
      actionlog.log({ n: 3 })`
    const { stdout, stderr, code } = await runNode(source)
    expect(stdout.match(/"n":\d/g)).toEqual(['"n":1', '"n":3'])
    expect(stderr).toBe(
      '@actionlog/core: a record was dropped, because it was written after close()\n{"emitted":2,"delivered":1,"dropped":1,"pending":0}\n',
    )
    expect(code).toBe(0)
  })

  it('before any is configured writes where the environment says, else to stdout', async () => {
    const source = `
      import { actionlog, createActionLog } from '@actionlog/core'
      actionlog.log({ n: 1 })
      await actionlog.flush()
      createActionLog({ handlerType: 'stdout', format: 'json' })
      actionlog.log({ n: 2 })
      await actionlog.close()`
    const text = await runNode(source)
    expect(text.stdout).toMatch(/^-+ Action Log -+\ntime : .*\nn {4}: 1\n\n\{"time":".*","n":2\}\n$/)
    const env = { ACTION_LOG_SETTING: '{"format":"json"}' }
    expect((await runNode(source, { env })).stdout).toMatch(/^\{.*"n":1\}\n\{.*"n":2\}\n$/)
  })

  it('with an environment that is wrong says so, and writes to stdout', async () => {
    const source = `import { actionlog } from '@actionlog/core'; actionlog.log({ n: 1 }); await actionlog.close()`
    const ended = await runNode(source, { env: { ACTION_LOG_SETTING: '{"format":"xml"}' } })
    expect(ended).toEqual({
      code: 0,
      stdout: expect.stringContaining('n    : 1'),
      stderr: '@actionlog/core: ACTION_LOG_SETTING.format must be "text" or "json", got "xml"\n',
    })
  })
})

describe('two copies of this package in one process', () => {
  let folder: string
  let copy: typeof core
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'actionlog-copy-'))
    cpSync(new URL('../dist', import.meta.url), folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    copy = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'index.js')).href)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('share the request, its SQL account and its footprint', () => {
    expect(copy.actionlog).not.toBe(actionlog)
    const { log, handler, reported } = open()
    const request = log.begin('r-1')
    runInRequest(request, () => {
      expect(copy.currentRequest()).toBe(request)
      copy.actionlog.set({ from: 'copy' })
      copy.actionlog.log({ label_name: 'copied' })
      copy.currentSql()?.start('SELECT 1').end()
    })
    copy.runInRequest(request, () => actionlog.set({ back: true }))
    log.end(request, facts)
    expect(handler.labelled('copied')).toMatchObject([{ request_id: 'r-1' }])
    expect(handler.footprints).toMatchObject([{ sql_count: 1, extra: { from: 'copy', back: true } }])
    expect(reported).toEqual([])
  })

  it('share what actionlog means outside requests', async () => {
    const { handler } = open()
    copy.actionlog.log({ from: 'copy' })
    expect(handler.records).toMatchObject([{ from: 'copy' }])
    await copy.actionlog.close()
    actionlog.log({})
    expect(handler.stats()).toMatchObject({ emitted: 2, dropped: 1 })
  })
})
