import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app, BY_HANDLER, BY_TYPE, CJS, ESM, expectOneRequest, runNode } from './one-request.ts'
import { tarballs } from './packed.ts'

// The packages as they are published: packed, then installed into an empty application.

const root = fileURLToPath(new URL('..', import.meta.url))
const work = mkdtempSync(join(tmpdir(), 'actionlog-packages-'))

/** Runs npm or pnpm; fails with all it printed. */
function install(cwd: string, manager: string, args: string[]): void {
  const pnpm = [process.execPath, join(root, 'scripts/pnpm.mjs')] as const
  const [command, ...before] = manager === 'pnpm' ? pnpm : [manager]
  try {
    execFileSync(command as string, [...before, ...args], { cwd, stdio: 'pipe', timeout: 240_000 })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: Buffer; stderr: Buffer }
    throw new Error(`${manager} ${args.join(' ')}\n${stdout}\n${stderr}`)
  }
}

afterAll(() => rmSync(work, { recursive: true, force: true }))

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
describe.each([
  ['npm', ['install', '--no-audit', '--no-fund', '--prefer-offline']],
  ['pnpm', ['install', '--prefer-offline', '--config.strict-dep-builds=false']],
])('packed packages in an empty app, installed by %s', (manager, args) => {
  const dir = join(work, `${manager}-app`)

  beforeAll(async () => {
    mkdirSync(dir)
    const packed = Object.entries(await tarballs()).map(([name, tarball]) => [name, `file:${tarball}`])
    const { '@actionlog/core': core, ...others } = Object.fromEntries(packed)
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
    install(dir, manager, args)
  }, 300_000)

  it.each([
    ['ESM, handlerType', 'type.mjs', app(ESM, BY_TYPE)],
    ['ESM, fileHandler()', 'handler.mjs', app(ESM, BY_HANDLER)],
    ['CommonJS, handlerType', 'type.cjs', app(CJS, BY_TYPE)],
    ['CommonJS, fileHandler()', 'handler.cjs', app(CJS, BY_HANDLER)],
  ])('log through the file handler: %s', (_, file, source) => {
    const logfile = join(dir, `${file}.log`)
    writeFileSync(join(dir, file), source)
    expect(runNode(dir, [file, logfile])).toBe('')
    expectOneRequest(logfile)
  })

  it('log through the fluentd handler', () => {
    writeFileSync(join(dir, 'fluentd.mjs'), app(FORWARD, TO_FLUENTD, TAGS))
    expect(runNode(dir, ['fluentd.mjs'])).toBe('koa.actionlog.footprint koa.actionlog.inside\n')
  })

  it('also when the app is started from another folder', () => {
    const logfile = join(dir, 'elsewhere.log')
    runNode(work, [join(dir, 'type.mjs'), logfile])
    expectOneRequest(logfile)
  })
})
