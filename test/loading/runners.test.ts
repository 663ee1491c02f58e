import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, BY_HANDLER, BY_TYPE, ESM, expectOneRequest, runNode } from '../one-request.ts'
import { packedApp } from '../packed.ts'

// TypeScript that is run as it is.

const tools = join(import.meta.dirname, 'node_modules')
const folder = mkdtempSync(join(tmpdir(), 'actionlog-runners-'))
beforeAll(async () => {
  await packedApp(folder)
  const compilerOptions = {
    module: 'commonjs',
    moduleResolution: 'node',
    target: 'es2022',
    esModuleInterop: true,
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const TS_NODE = [join(tools, 'ts-node/dist/bin.js'), '--compiler', join(tools, 'typescript-5.9')]
const TSX = [join(tools, 'tsx/dist/cli.mjs')]

test.each([
  ['ts-node', 'commonjs', TS_NODE],
  ['tsx', 'commonjs', TSX],
  ['tsx', 'module', TSX],
])('%s runs an app of "type": "%s" with the packages', (name, type, runner) => {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }))
  for (const [how, settings] of Object.entries({ handler: BY_HANDLER, handlerType: BY_TYPE })) {
    const logfile = join(folder, `${name}-${type}-${how}.log`)
    writeFileSync(join(folder, 'app.ts'), app(ESM, settings, '', true))
    expect(runNode(folder, [...runner, 'app.ts', logfile])).toBe('')
    expectOneRequest(logfile)
  }
})
