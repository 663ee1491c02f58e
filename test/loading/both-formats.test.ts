import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expectOneRequest, runNode } from '../one-request.ts'
import { packedApp } from '../packed.ts'

// A process in which the ES modules and the CommonJS build of the packages are loaded both.

const folder = mkdtempSync(join(tmpdir(), 'actionlog-both-'))
beforeAll(() => packedApp(folder))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const BOTH = `
import { createRequire } from 'node:module'
import { equal, notEqual, ok } from 'node:assert/strict'
import Koa from 'koa'
import * as esm from '@actionlog/koa'
import * as esmCore from '@actionlog/core'
const require = createRequire(import.meta.url)
const cjs = require('@actionlog/koa')
const cjsCore = require('@actionlog/core')
notEqual(esm.actionLogMiddleware, cjs.actionLogMiddleware)

async function ask(first, other, settings) {
  const app = new Koa()
  app.use(first.actionLogMiddleware(settings))
  app.use(other.actionLogMiddleware(settings))
  app.use((ctx) => {
    other.actionlog.log({ label_name: 'inside' })
    ok(esmCore.currentRequest())
    equal(esmCore.currentRequest(), cjsCore.currentRequest())
    ctx.body = 'ok'
  })
  const server = app.listen(0)
  await (await fetch(\`http://127.0.0.1:\${server.address().port}/hello\`)).text()
  await new Promise((resolve) => { server.close(resolve); server.closeAllConnections() })
  await other.actionlog.close()
}`

test.each([
  ['esm', 'cjs'],
  ['cjs', 'esm'],
])('both builds see one request and one action log: %s first', (first, other) => {
  const logfile = join(folder, `${first}.log`)
  const call = `await ask(${first}, ${other}, { handlerType: 'file', logfile: process.argv[2] })`
  writeFileSync(join(folder, 'both.mjs'), `${BOTH}\n${call}`)
  expect(runNode(folder, ['both.mjs', logfile])).toBe('')
  expectOneRequest(logfile)
})

test('the CommonJS build of a handler package has its factory by name and by default', () => {
  writeFileSync(
    join(folder, 'factories.cjs'),
    `for (const name of ['file', 'fluentd']) {
      const exported = require('@actionlog/handler-' + name)
      console.log(Object.keys(exported).join(' '), exported.default === exported[name + 'Handler'])
    }`,
  )
  expect(runNode(folder, ['factories.cjs'])).toBe('fileHandler default true\nfluentdHandler default true\n')
})
