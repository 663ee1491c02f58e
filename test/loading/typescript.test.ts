import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runNode } from '../one-request.ts'
import { packedApp } from '../packed.ts'

// Each TypeScript with every module resolution that it has.

const tools = join(import.meta.dirname, 'node_modules')
const app = mkdtempSync(join(tmpdir(), 'actionlog-typescript-'))
beforeAll(() => packedApp(app))
afterAll(() => rmSync(app, { recursive: true, force: true }))

const NODE = ['commonjs', 'node'] as const
const NODE16 = ['node16', 'node16'] as const
const NODENEXT = ['nodenext', 'nodenext'] as const
const BUNDLER = ['esnext', 'bundler'] as const
const PRESERVE = ['preserve', 'bundler'] as const
const COMMONJS = ['commonjs', 'bundler'] as const

const MATRIX = {
  '5.0': [NODE, NODE16, NODENEXT, BUNDLER],
  '5.4': [NODE, NODE16, NODENEXT, BUNDLER, PRESERVE],
  '5.9': [NODE, NODE16, NODENEXT, BUNDLER, PRESERVE],
  '7': [COMMONJS, NODE16, NODENEXT, BUNDLER, PRESERVE],
}

test.each(
  Object.entries(MATRIX).flatMap(([version, kinds]) => kinds.map((kind) => [version, ...kind] as const)),
)(
  'the packages are typed for TypeScript %s under module %s and moduleResolution %s',
  (version, module, moduleResolution) => {
    const folder = join(app, `${version}-${module}-${moduleResolution}`)
    const both = module.startsWith('node')
    const files = both ? ['typed.cts', 'typed.mts'] : ['typed.ts']
    for (const file of files) cpSync(join(import.meta.dirname, '../fixtures/typed.ts'), join(folder, file))
    const options = {
      module,
      moduleResolution,
      target: 'es2022',
      lib: ['es2022'],
      strict: true,
      noEmit: true,
      types: ['node'],
      esModuleInterop: true,
      exactOptionalPropertyTypes: true,
      // our declarations themselves are checked once per version; @types/node needs more than 5.0
      skipLibCheck: module !== 'nodenext' || version === '5.0',
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files }))
    expect(runNode(folder, [join(tools, `typescript-${version}/bin/tsc`)])).toBe('')
  },
)
