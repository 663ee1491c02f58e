import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Ended, runNode } from './run-node.js'

const core = new URL('..', import.meta.url).pathname

const esmHandler = `
  import { defineHandler, integer, nullHandler } from '@actionlog/core'
  export default defineHandler('@actionlog/handler-modern', { port: integer(1, 65535, 24224) }, ({ port }) =>
    Object.assign(nullHandler(), { toString: () => 'modern ' + port }))`
const cjsHandler = `
  const { nullHandler } = require('@actionlog/core')
  module.exports = (options) => Object.assign(nullHandler(), { toString: () => 'classic ' + JSON.stringify(options) })`

/** Where the packages go: the app's own, a framework that brings core along, and handlers. */
type Layout = (root: string, name: string, files: Record<string, string>, visible?: boolean) => void

function write(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

function link(from: string, to: string): void {
  mkdirSync(dirname(from), { recursive: true })
  symlinkSync(relative(dirname(from), to), from)
}

const npm: Layout = (root, name, files) => {
  const folder = join(root, 'node_modules', name)
  if (name === '@actionlog/core') cpSync(core, folder, { recursive: true, filter: isPublished })
  write(folder, files)
}

// each package sees only what it depends on: the app its own, every other one only core
const pnpm: Layout = (root, name, files, visible = true) => {
  const store = join(root, 'node_modules/.pnpm')
  const folder = join(store, name.replace('/', '+'), 'node_modules', name)
  if (name === '@actionlog/core') cpSync(core, folder, { recursive: true, filter: isPublished })
  else
    link(
      join(store, name.replace('/', '+'), 'node_modules/@actionlog/core'),
      join(store, '@actionlog+core/node_modules/@actionlog/core'),
    )
  write(folder, files)
  if (visible) link(join(root, 'node_modules', name), folder)
}

const isPublished = (path: string): boolean => !/\/(node_modules|src|test)$/.test(path)

function manifest(type: 'module' | 'commonjs', exports: unknown = './index.js'): string {
  return JSON.stringify({ version: '1.0.0', type, exports })
}

let root: string
afterEach(() => rmSync(root, { recursive: true, force: true }))

function project(layout: Layout): void {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'actionlog-load-')))
  layout(root, '@actionlog/core', {}, false)
  layout(root, 'framework', {
    'package.json': manifest('module'),
    'index.js': `
      import { createActionLog } from '@actionlog/core'
      export function tryOut(settings) {
        try { console.log(String(createActionLog(settings).settings.handlers[0])) }
        catch (error) { console.log(error.code + ': ' + error.message) }
      }`,
  })
  layout(root, '@actionlog/handler-modern', { 'package.json': manifest('module'), 'index.js': esmHandler })
  layout(root, 'actionlog-handler-classic', { 'package.json': manifest('commonjs'), 'index.js': cjsHandler })
}

/** What the app says when it makes an action log of these settings. */
async function tryOut(
  settings: object,
  env: Record<string, string | undefined> = {},
  prelude = '',
): Promise<string> {
  const main = join(root, 'main.mjs')
  writeFileSync(main, `import { tryOut } from 'framework'\n${prelude}\ntryOut(${JSON.stringify(settings)})`)
  return said(
    await runNode(pathToFileURL(main), { cwd: '/', env: { npm_config_user_agent: undefined, ...env } }),
  )
}

function said({ code, stdout, stderr }: Ended): string {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout.trimEnd()
}

describe.each([
  ["npm's flat node_modules", npm],
  ["pnpm's strict node_modules", pnpm],
])('loadHandlerFactory in %s', (_, layout) => {
  beforeEach(() => project(layout))

  it('finds a handler of ES modules and checks its options among the settings', async () => {
    expect(await tryOut({ handlerType: 'modern' })).toBe('modern 24224')
    expect(await tryOut({ handlerType: 'modern', port: 5 })).toBe('modern 5')
    expect(await tryOut({ handlerType: 'modern', port: 'x' })).toBe(
      'invalid_settings: @actionlog/core: ACTION_LOG_SETTING.port must be an integer from 1 to 65535, got "x"',
    )
  })

  it('finds a handler in CommonJS, by its short name and by its specifier', async () => {
    expect(await tryOut({ handlerType: 'classic', a: 1 })).toBe('classic {"a":1}')
    expect(await tryOut({ handlerType: 'actionlog-handler-classic' })).toBe('classic {}')
    expect(await tryOut({ handlerType: '@actionlog/handler-modern' })).toBe('modern 24224')
  })

  // called from a timer, so that no file of the application is on the stack
  it("finds it from the program's main module alone", async () => {
    const main = join(root, 'main.mjs')
    writeFileSync(
      main,
      `import { tryOut } from 'framework'; setTimeout(tryOut, 0, { handlerType: 'modern' })`,
    )
    expect(said(await runNode(pathToFileURL(main), { cwd: '/' }))).toBe('modern 24224')
  })

  it('finds it from the working directory alone', async () => {
    const framework = JSON.stringify(pathToFileURL(join(root, 'node_modules/framework/index.js')))
    const source = `import { tryOut } from ${framework}; setTimeout(tryOut, 0, { handlerType: 'modern' })`
    expect(said(await runNode(source, { cwd: root }))).toBe('modern 24224')
  })

  it('finds it from the calling file when program and working directory are elsewhere', async () => {
    const app = join(root, 'a folder (of #1)/app.mjs')
    const custom = 'Error.prepareStackTrace = () => 5;'
    write(root, {
      'a folder (of #1)/app.mjs': `import { tryOut } from 'framework'; ${custom} tryOut({ handlerType: 'modern' })`,
    })
    const source = `await import(${JSON.stringify(pathToFileURL(app))}); console.log(Error.prepareStackTrace())`
    expect(said(await runNode(source, { cwd: '/' }))).toBe('modern 24224\n5')
  })

  it('tells how to install one that is missing, in the words of the package manager in use', async () => {
    const missing = await tryOut({ handlerType: 'file' })
    expect(missing).toBe(
      'invalid_settings: @actionlog/core: ACTION_LOG_SETTING.handlerType "file" was not found (looked for ' +
        '@actionlog/handler-file, actionlog-handler-file, file from the application); ' +
        'install it: npm install @actionlog/handler-file',
    )
    const env = { npm_config_user_agent: 'pnpm/9.0.0 npm/? node/v20' }
    expect(await tryOut({ handlerType: 'fluentd' }, env)).toMatch(
      /install it: pnpm add @actionlog\/handler-fluentd$/,
    )
    expect(await tryOut({ handlerType: 'syslog' })).toMatch(
      /install it: npm install @actionlog\/handler-syslog$/,
    )
    expect(await tryOut({ handlerType: '@acme/log' })).toMatch(
      /"@acme\/log" was not found \(looked for @acme\/log from the application\); install it: npm install @acme\/log$/,
    )
  })

  it('asks for the one that was meant', async () => {
    expect(await tryOut({ handlerType: 'fluentdd' })).toMatch(/; did you mean fluentd\?$/)
    expect(await tryOut({ handlerType: 'stdou' })).toMatch(/; did you mean stdout\?$/)
    expect(await tryOut({ handlerType: 'File' })).toMatch(/; did you mean file\?$/)
  })

  it('says what is wrong with one that is there but cannot be used', async () => {
    layout(root, 'actionlog-handler-waits', {
      'package.json': manifest('module'),
      'index.js': 'await 1; export default () => {}',
    })
    layout(root, 'actionlog-handler-broken', {
      'package.json': manifest('commonjs'),
      'index.js': "require('not-there')",
    })
    layout(root, 'actionlog-handler-import', {
      'package.json': manifest('module', { import: './index.js' }),
      'index.js': esmHandler,
    })
    layout(root, 'actionlog-handler-empty', {
      'package.json': manifest('module'),
      'index.js': 'export const x = 1',
    })
    layout(root, 'actionlog-handler-odd', {
      'package.json': manifest('module'),
      'index.js': 'export default async () => {}',
    })
    const start = 'invalid_settings: @actionlog/core: ACTION_LOG_SETTING.handlerType names'
    expect(await tryOut({ handlerType: 'waits' })).toMatch(
      `${start} actionlog-handler-waits, which cannot be loaded: require()`,
    )
    expect(await tryOut({ handlerType: 'broken' })).toMatch(
      `${start} actionlog-handler-broken, which cannot be loaded: Cannot find module 'not-there'`,
    )
    expect(await tryOut({ handlerType: 'import' })).toMatch(
      `${start} actionlog-handler-import, which cannot be loaded: No "exports" main defined`,
    )
    expect(await tryOut({ handlerType: 'empty' })).toBe(
      `${start} actionlog-handler-empty, which exports no handler factory by default`,
    )
    expect(await tryOut({ handlerType: 'odd' })).toBe(
      `${start} a package whose factory makes no handler (emit, flush, close, stats)`,
    )
    expect(await tryOut({ handlerType: 'fs' })).toBe(
      `${start} fs, which exports no handler factory by default`,
    )
  })

  it("takes a path of the application's own, from the working directory", async () => {
    write(root, {
      'own/handler.mjs':
        'const f = async () => {}; export default () => ({ emit: f, flush: f, close: f, stats: f, toString: () => "own" })',
    })
    const prelude = `process.chdir(${JSON.stringify(root)})`
    expect(await tryOut({ handlerType: './own/handler.mjs' }, {}, prelude)).toBe('own')
    expect(await tryOut({ handlerType: './own/none.mjs' }, {}, prelude)).toBe(
      `invalid_settings: @actionlog/core: ACTION_LOG_SETTING.handlerType "./own/none.mjs" was not found (looked for ${root}/own/none.mjs from the application)`,
    )
  })
})
