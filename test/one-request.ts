import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

// The app that every way of loading runs: it logs one request and ends.

/** The imports of the app as ES modules, for TypeScript too. */
export const ESM = `import Koa from 'koa'
import { actionlog, actionLogMiddleware } from '@actionlog/koa'
import { fileHandler } from '@actionlog/handler-file'`

/** The same in CommonJS. */
export const CJS = `const Koa = require('koa')
const { actionlog, actionLogMiddleware } = require('@actionlog/koa')
const { fileHandler } = require('@actionlog/handler-file')`

export const BY_TYPE = `{ handlerType: 'file', logfile: process.argv[2] as string }`
export const BY_HANDLER = '{ handler: fileHandler({ logfile: process.argv[2] as string }) }'

/** The app with these settings; `end` is done last. `typed: false` leaves TypeScript's casts out. */
export function app(imports: string, settings: string, end = '', typed = false): string {
  const source = `${imports}
const app = new Koa()
app.use(actionLogMiddleware(${settings}))
app.use((ctx) => { actionlog.log({ label_name: 'inside' }); ctx.body = 'ok' })
const server = app.listen(0, async () => {
  const { port } = server.address() as any
  await (await fetch(\`http://127.0.0.1:\${port}/hello\`)).text()
  server.close()
  server.closeAllConnections()
  await actionlog.close()
  ${end}
})
`
  return typed ? source : source.replaceAll(/ as \w+/g, '')
}

/** Runs a program of this Node; fails with all it printed. @returns what it wrote to stdout and stderr */
export function runNode(cwd: string, args: string[]): string {
  const env = { ...process.env, NODE_PATH: '' } // by which pnpm's programs find what is not the app's
  try {
    return execFileSync(process.execPath, args, {
      cwd,
      env,
      encoding: 'utf8',
      stdio: 'pipe',
      timeout: 240_000,
    })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`node ${args.join(' ')}\n${stdout}\n${stderr}`)
  }
}

/** Fails unless the app wrote its two records, of one request, and nothing else. */
export function expectOneRequest(logfile: string): void {
  const lines = readFileSync(logfile, 'utf8').trimEnd().split('\n')
  const records = lines.map((line) => JSON.parse(line))
  expect(records).toMatchObject([
    { label_name: 'inside' },
    { label_name: 'footprint', url: '/hello', status_code: 200 },
  ])
  expect(records[0].request_id).toBe(records[1].request_id)
}
