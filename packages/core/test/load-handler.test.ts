import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Ended, run, runNode } from './run-node.js'

const core = new URL('..', import.meta.url).pathname
const builtCore = Object.fromEntries(
  (readdirSync(core, { recursive: true }) as string[])
    .filter((name) => /^(package\.json|dist\/.*\.js|dist\/cjs\/package\.json)$/.test(name))
    .map((name) => [name, readFileSync(join(core, name), 'utf8')]),
)

const esmHandler = `
  import { defineHandler, nullHandler, rule } from '@actionlog/core'
  export default defineHandler('@actionlog/handler-modern', { port: rule.integer(1, 65535, 24224) }, ({ port }) =>
    Object.assign(nullHandler(), { toString: () => 'modern ' + port }))`
const cjsHandler = `
  const { nullHandler } = require('@actionlog/core')
  module.exports = (options) => Object.assign(nullHandler(), { toString: () => 'classic ' + JSON.stringify(options) })`

let root: string
/** The application's folder. */
let app: string

/** Installs a package: the framework, which brings core along, or a handler. */
type Install = (name: string, files: Record<string, string>) => void

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

const npm: Install = (name, files) => {
  app = root
  write(join(root, 'node_modules', name), files)
}

// In a pnpm workspace each package sees only what it depends on: the application these, every one of them core.
const pnpm: Install = (name, files) => {
  app = join(root, 'apps/shop')
  const store = join(root, 'node_modules/.pnpm')
  const modules = join(store, name.replace('/', '+'), 'node_modules')
  write(join(modules, name), files)
  if (name === '@actionlog/core') return
  link(join(modules, '@actionlog/core'), join(store, '@actionlog+core/node_modules/@actionlog/core'))
  link(join(app, 'node_modules', name), join(modules, name))
}

function manifest(type: 'module' | 'commonjs', exports: unknown = './index.js'): string {
  return JSON.stringify({ version: '1.0.0', type, exports })
}

function project(install: Install): void {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'actionlog-load-')))
  install('@actionlog/core', builtCore)
  install('framework', {
    'package.json': manifest('module'),
    'index.js': `
      import { createActionLog } from '@actionlog/core'
      export function tryOut(settings) {
        try { console.log(String(createActionLog(settings).handlers[0])) }
        catch (error) { console.log(error.code + ': ' + error.message) }
      }`,
  })
  install('@actionlog/handler-modern', { 'package.json': manifest('module'), 'index.js': esmHandler })
  install('actionlog-handler-classic', { 'package.json': manifest('commonjs'), 'index.js': cjsHandler })
}
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** What the app says when it makes an action log of these settings. */
async function tryOut(
  settings: object,
  env: Record<string, string | undefined> = {},
  prelude = '',
): Promise<string> {
  const main = join(app, 'main.mjs')
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
])('loadHandlerFactory in %s', (_, install) => {
  beforeEach(() => project(install))

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
    const main = join(app, 'main.mjs')
    writeFileSync(
      main,
      `import { tryOut } from 'framework'; setTimeout(tryOut, 0, { handlerType: 'modern' })`,
    )
    expect(said(await runNode(pathToFileURL(main), { cwd: '/' }))).toBe('modern 24224')
  })

  it.each([
    ['node -e', []],
    ['node -e with an argument', ['planted.js']],
    ['a bin link', undefined],
  ])('takes nothing from the working directory, started by %s', async (_, args) => {
    const planted = join(root, 'planted')
    const evil = { 'package.json': manifest('commonjs'), 'index.js': "console.log('planted code ran')" }
    for (const name of ['@actionlog/handler-absent', 'absent'])
      write(join(planted, 'node_modules', name), evil)
    write(planted, { '[eval1]': '', 'planted.js': '' })
    const framework = pathToFileURL(join(app, 'node_modules/framework/index.js')).href
    const source = `import(${JSON.stringify(framework)}).then(({ tryOut }) => tryOut({ handlerType: 'absent' }))`
    write(app, { 'tool.js': source })
    const bin = join(planted, 'node_modules/.bin/tool')
    link(bin, join(app, 'tool.js'))
    const command = args ? ['--eval', source, ...args.map((name) => join(planted, name))] : [bin]
    const said = await run(process.execPath, command, { cwd: planted })
    expect(said.stdout).toMatch(/^invalid_settings: .*"absent" was not found/)
  })

  it('finds it where the program is started by a link from elsewhere', async () => {
    write(app, {
      'tool.mjs': `import { tryOut } from 'framework'; setTimeout(tryOut, 0, { handlerType: 'modern' })`,
    })
    const bin = join(root, 'elsewhere/bin')
    link(bin, join(app, 'tool.mjs'))
    expect(said(await run(process.execPath, [bin], { cwd: '/' }))).toBe('modern 24224')
  })

  it('finds it from the calling file when program and working directory are elsewhere', async () => {
    const caller = join(app, 'a folder (of #1)/caller.mjs')
    const custom = 'Error.prepareStackTrace = () => 5;'
    write(app, {
      'a folder (of #1)/caller.mjs': `import { tryOut } from 'framework'; ${custom} tryOut({ handlerType: 'modern' })`,
    })
    const source = `await import(${JSON.stringify(pathToFileURL(caller))}); console.log(Error.prepareStackTrace())`
    expect(said(await runNode(source, { cwd: '/' }))).toBe('modern 24224\n5')
  })

  it('shows the command that installs a missing one, for the package manager in use', async () => {
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

  it('suggests the one that was probably meant', async () => {
    expect(await tryOut({ handlerType: 'fluentdd' })).toMatch(/; did you mean fluentd\?$/)
    expect(await tryOut({ handlerType: 'stdou' })).toMatch(/; did you mean stdout\?$/)
    expect(await tryOut({ handlerType: 'File' })).toMatch(/; did you mean file\?$/)
  })

  it('says why an installed one cannot be used', async () => {
    install('actionlog-handler-waits', {
      'package.json': manifest('module'),
      'index.js': 'await 1; export default () => {}',
    })
    install('actionlog-handler-broken', {
      'package.json': manifest('commonjs'),
      'index.js': "require('not-there')",
    })
    install('actionlog-handler-import', {
      'package.json': manifest('module', { import: './index.js' }),
      'index.js': esmHandler,
    })
    install('actionlog-handler-empty', {
      'package.json': manifest('module'),
      'index.js': 'export const x = 1',
    })
    install('actionlog-handler-odd', {
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
      `${start} actionlog-handler-empty, whose default export is not a handler factory`,
    )
    expect(await tryOut({ handlerType: 'odd' })).toBe(
      `${start} a package whose factory returns no handler (emit, flush, close, stats)`,
    )
    for (const module of ['fs', 'events', 'node:events'])
      expect(await tryOut({ handlerType: module })).toBe(
        `${start} ${module}, a module of Node itself, which exports no handler factory`,
      )
    install('actionlog-handler-class', {
      'package.json': manifest('commonjs'),
      'index.js': 'module.exports = class Handler {}',
    })
    expect(await tryOut({ handlerType: 'class' })).toBe(
      `${start} a package whose factory failed: Class constructor Handler cannot be invoked without 'new'`,
    )
  })

  it("takes a path of the application's own, seen from the program", async () => {
    write(app, {
      'own/handler.mjs':
        'const f = async () => {}; export default () => ({ emit: f, flush: f, close: f, stats: f, toString: () => "own" })',
    })
    for (const handlerType of ['./own/handler.mjs', join(app, 'own/handler.mjs')])
      expect(await tryOut({ handlerType })).toBe('own')
    expect(await tryOut({ handlerType: './own/none.mjs' })).toBe(
      'invalid_settings: @actionlog/core: ACTION_LOG_SETTING.handlerType "./own/none.mjs" was not found (looked for ./own/none.mjs from the application)',
    )
  })
})
