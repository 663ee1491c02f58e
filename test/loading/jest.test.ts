import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expectOneRequest, runNode } from '../one-request.ts'
import { packedApp } from '../packed.ts'

// Jest without any configuration but the `transform` that ts-jest is.

const tools = join(import.meta.dirname, 'node_modules')
const app = mkdtempSync(join(tmpdir(), 'actionlog-jest-'))

const IMPORTS = {
  js: `
const Koa = require('koa')
const { nullHandler } = require('@actionlog/core')
const { handlerContract, memoryHandler } = require('@actionlog/core/testing')
const { actionlog, actionLogMiddleware } = require('@actionlog/koa')
const { fileHandler } = require('@actionlog/handler-file')`,
  ts: `
/// <reference types="jest" />
import Koa = require('koa')
import type { AddressInfo } from 'node:net'
import { nullHandler } from '@actionlog/core'
import { handlerContract, memoryHandler } from '@actionlog/core/testing'
import { type ActionLogSettings, actionlog, actionLogMiddleware } from '@actionlog/koa'
import fileHandler from '@actionlog/handler-file'`,
  mjs: `
import Koa from 'koa'
import { nullHandler } from '@actionlog/core'
import { handlerContract, memoryHandler } from '@actionlog/core/testing'
import { actionlog, actionLogMiddleware } from '@actionlog/koa'
import fileHandler from '@actionlog/handler-file'`,
}

const TESTS = `
async function ask(settings: ActionLogSettings) {
  const app = new Koa()
  app.use(actionLogMiddleware(settings))
  app.use((ctx) => { actionlog.log({ label_name: 'inside' }); ctx.body = 'ok' })
  const server = app.listen(0)
  const { port } = server.address() as AddressInfo
  await (await fetch(\`http://127.0.0.1:\${port}/hello\`)).text()
  await new Promise((resolve) => { server.close(resolve); server.closeAllConnections() })
}

test('records a request', async () => {
  const handler = memoryHandler()
  await ask({ handler })
  expect(handler.records).toMatchObject([{ label_name: 'inside' }, { label_name: 'footprint', status_code: 200 }])
})
test('writes to a file', async () => {
  const handler = fileHandler({ logfile: 'handler.log' })
  await ask({ handler })
  await handler.close()
})
handlerContract('null', () => nullHandler())
`

beforeAll(async () => {
  await packedApp(app)
  writeFileSync(join(app, 'package.json'), '{ "name": "app" }')
  writeFileSync(join(app, 'app.test.ts'), IMPORTS.ts + TESTS)
  const plain = TESTS.replaceAll(/ as AddressInfo|: ActionLogSettings/g, '')
  writeFileSync(join(app, 'app.test.js'), IMPORTS.js + plain)
  writeFileSync(join(app, 'app.test.mjs'), IMPORTS.mjs + plain)
})
afterAll(() => rmSync(app, { recursive: true, force: true }))

const TS_JEST = ['--transform', JSON.stringify({ '\\.ts$': join(tools, 'ts-jest') })]

describe.each([
  ['29', 'jest-29'],
  ['30', 'jest'],
])('Jest %s', (_, jest) => {
  test.each([
    ['CommonJS', 'app.test.js', [], []],
    ['ts-jest', 'app.test.ts', [], TS_JEST],
    ['ES modules', 'app.test.mjs', ['--experimental-vm-modules'], ['--testMatch', '**/*.test.mjs']],
  ])('loads the packages: %s', (_, file, node, options) => {
    rmSync(join(app, 'handler.log'), { force: true })
    const program = join(tools, jest, 'bin/jest.js')
    runNode(app, [...node, program, file, '--rootDir', app, '--runInBand', '--watchman=false', ...options])
    expectOneRequest(join(app, 'handler.log'))
  })
})
