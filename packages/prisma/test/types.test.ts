import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const require = createRequire(import.meta.url)
const run = promisify(execFile)
const project = join(import.meta.dirname, 'fixtures/tsconfig.json')

/** What the compiler finds wrong with fixtures/typed-application.ts. */
async function compile(compiler: string): Promise<string> {
  const tsc = join(dirname(require.resolve(`${compiler}/package.json`)), 'bin/tsc')
  return await run(process.execPath, [tsc, '--project', project]).then(
    () => '',
    ({ stdout }) => stdout,
  )
}

test.each(['typescript-5.4', 'typescript-5.9', 'typescript'])(
  'the client keeps every type with both generators: %s',
  async (compiler) => {
    expect(await compile(compiler)).toBe('')
  },
)
