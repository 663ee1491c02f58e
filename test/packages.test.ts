import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// The packages as they are published: packed, then installed into an empty application.

const root = fileURLToPath(new URL('..', import.meta.url))
const work = mkdtempSync(join(tmpdir(), 'actionlog-packages-'))
const tarballs: Record<string, string> = {}

/** Runs a program of this Node, or npm or pnpm; fails with all it printed. */
function run(cwd: string, command: string, args: string[]): string {
  const options = { cwd, encoding: 'utf8', stdio: 'pipe', timeout: 240_000 } as const
  try {
    if (command === 'pnpm')
      return execFileSync(process.execPath, [join(root, 'scripts/pnpm.mjs'), ...args], options)
    return execFileSync(command === 'node' ? process.execPath : command, args, options)
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`)
  }
}

beforeAll(() => {
  run(root, 'pnpm', ['--recursive', '--filter', '@actionlog/*', 'pack', '--pack-destination', work])
  for (const file of readdirSync(work)) {
    tarballs[file.replace(/^actionlog-(.*)-\d.*$/, '@actionlog/$1')] = `file:${join(work, file)}`
  }
})

afterAll(() => rmSync(work, { recursive: true, force: true }))

/** The app every installation runs: logs one request, by `how`, then does what is to be done at the `end`. */
function app(imports: string, how: string, end = ''): string {
  return `${imports}
const app = new Koa()
app.use(actionLogMiddleware(${how}))
app.use((ctx) => { actionlog.log({ label_name: 'inside' }); ctx.body = 'ok' })
const server = app.listen(0, async () => {
  const { port } = server.address()
  await (await fetch(\`http://127.0.0.1:\${port}/hello\`)).text()
  server.close()
  server.closeAllConnections()
  await actionlog.close()
  ${end}
})
`
}

const ESM = `import Koa from 'koa'
import { actionlog, actionLogMiddleware } from '@actionlog/koa'
import { fileHandler } from '@actionlog/handler-file'`
const CJS = `const Koa = require('koa')
const { actionlog, actionLogMiddleware } = require('@actionlog/koa')
const { fileHandler } = require('@actionlog/handler-file')`
const FORWARD = `import Koa from 'koa'
import { FluentServer } from '@fluent-org/logger'
import { actionlog, actionLogMiddleware } from '@actionlog/koa'
const fluentd = new FluentServer({ listenOptions: { host: '127.0.0.1', port: 0 } })
const tags = []
fluentd.on('entry', (tag) => tags.push(tag))
await fluentd.listen()`
const TO_FLUENTD = `{ handlerType: 'fluentd', host: '127.0.0.1', port: fluentd.port }`
const TAGS = `await fluentd.close()
  console.log(tags.sort().join(' '))`
const BY_TYPE = `{ handlerType: 'file', logfile: process.argv[2] }`
const BY_HANDLER = '{ handler: fileHandler({ logfile: process.argv[2] }) }'

describe.each([
  ['npm', ['install', '--no-audit', '--no-fund', '--prefer-offline']],
  ['pnpm', ['install', '--prefer-offline', '--config.strict-dep-builds=false']],
])('packed packages in an empty app, installed by %s', (manager, install) => {
  const dir = join(work, `${manager}-app`)

  beforeAll(() => {
    mkdirSync(dir)
    const { '@actionlog/core': core, ...others } = tarballs
    const manifest = {
      name: 'app',
      private: true,
      // core is not the app's own dependency; unpublished, it has to be pointed at
      overrides: { '@actionlog/core': core },
      dependencies: { ...others, '@fluent-org/logger': '1.0.10', '@prisma/client': '7.10.0', koa: '^3.3.0' },
      devDependencies: { '@types/koa': '^3.0.3', '@types/node': '^20.19.43' },
    }
    writeFileSync(join(dir, 'package.json'), JSON.stringify(manifest))
    writeFileSync(
      join(dir, 'pnpm-workspace.yaml'),
      `packages: []\noverrides:\n  '@actionlog/core': ${core}\n`,
    )
    run(dir, manager, install)
  }, 300_000)

  it.each([
    ['ESM, handlerType', 'type.mjs', app(ESM, BY_TYPE)],
    ['ESM, fileHandler()', 'handler.mjs', app(ESM, BY_HANDLER)],
    ['CommonJS, handlerType', 'type.cjs', app(CJS, BY_TYPE)],
    ['CommonJS, fileHandler()', 'handler.cjs', app(CJS, BY_HANDLER)],
  ])('log through the file handler: %s', (_, file, source) => {
    const logfile = join(dir, `${file}.log`)
    writeFileSync(join(dir, file), source)
    expect(run(dir, 'node', [file, logfile])).toBe('')
    const records = readFileSync(logfile, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(records).toMatchObject([
      { label_name: 'inside' },
      { label_name: 'footprint', url: '/hello', status_code: 200 },
    ])
    expect(records[0].request_id).toBe(records[1].request_id)
  })

  it('log through the fluentd handler', () => {
    writeFileSync(join(dir, 'fluentd.mjs'), app(FORWARD, TO_FLUENTD, TAGS))
    expect(run(dir, 'node', ['fluentd.mjs'])).toBe('koa.actionlog.footprint koa.actionlog.inside\n')
  })

  it('also when the app is started from another folder', () => {
    const logfile = join(dir, 'elsewhere.log')
    run(work, 'node', [join(dir, 'type.mjs'), logfile])
    expect(readFileSync(logfile, 'utf8').trimEnd().split('\n')).toHaveLength(2)
  })

  it.each([
    ['7', 'typescript', 'nodenext', 'nodenext'],
    ['7', 'typescript', 'esnext', 'bundler'],
    ['5.9', 'typescript-5.9', 'nodenext', 'nodenext'],
    ['5.9', 'typescript-5.9', 'esnext', 'bundler'],
  ])(
    'are typed for TypeScript %s (%s, module %s, resolution %s)',
    (_, compiler, module, moduleResolution) => {
      writeFileSync(join(dir, 'typed.mts'), TYPED)
      const options = {
        module,
        moduleResolution,
        target: 'es2022',
        strict: true,
        noEmit: true,
        types: ['node'],
        exactOptionalPropertyTypes: true,
      }
      writeFileSync(
        join(dir, 'tsconfig.json'),
        JSON.stringify({ compilerOptions: options, files: ['typed.mts'] }),
      )
      expect(run(dir, 'node', [join(root, 'node_modules', compiler, 'bin/tsc'), '-p', dir])).toBe('')
    },
    120_000,
  )
})

const TYPED = `import Koa from 'koa'
import { type ActionLogSettings, actionlog, actionLogMiddleware, type Footprint } from '@actionlog/koa'
import fileHandlerByDefault, { fileHandler } from '@actionlog/handler-file'
import { type FluentdHandlerOptions, fluentdHandler } from '@actionlog/handler-fluentd'
import { queryTimer } from '@actionlog/prisma'

const fluentd: FluentdHandlerOptions = { host: ['a', 'b:24225'], tls: { ca: 'ca.pem' }, sharedKey: 'x', spoolDir: 's' }
const ACTION_LOG_SETTING = { handlerType: 'file', logfile: '/tmp/my_action.log' } as const
const settings: ActionLogSettings<Koa.Context> = {
  handler: [fileHandler({ logfile: 'a.log', format: 'json' }), fileHandlerByDefault(), fluentdHandler(fluentd)],
  ignore: (ctx) => ctx.path === '/healthz',
  keep: (record: Footprint) => record.status_code >= 500 || record.total_time > 100,
  viewName: (ctx) => ctx.get('x-view') || undefined,
}
const app = new Koa()
app.use(actionLogMiddleware(ACTION_LOG_SETTING)).use(actionLogMiddleware(settings)).use(actionLogMiddleware())
app.use((ctx) => {
  actionlog.log({ label_name: 'hoge_save', user: ctx.state.user, foo: 'bar' })
  actionlog.set({ cart_items: 3 })
})
const closed: Promise<void> = actionlog.close()
const adapter: { provider: 'sqlite'; adapterName: string; connect(): Promise<never> } = queryTimer().adapter({
  provider: 'sqlite',
  adapterName: 'x',
  connect: () => Promise.reject(),
})

// @ts-expect-error an unknown option
fileHandler({ logflie: 'a.log' })
// @ts-expect-error a wrong type
actionLogMiddleware({ repeatThreshold: '5' })
// @ts-expect-error no fields
actionlog.log()
export { adapter, closed }
`
