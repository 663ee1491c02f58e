import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import esbuild from 'esbuild'
import webpack from 'webpack'
import { app, BY_HANDLER, BY_TYPE, CJS, ESM, expectOneRequest, runNode } from '../one-request.ts'
import { packedApp } from '../packed.ts'

// One file out of an app, run where no node_modules are.

const folder = mkdtempSync(join(tmpdir(), 'actionlog-bundlers-'))
const source = join(folder, 'source')
const elsewhere = join(folder, 'elsewhere')
beforeAll(async () => {
  await packedApp(source)
  mkdirSync(elsewhere)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Format = 'cjs' | 'esm'
type Bundle = (entry: string, output: string, format: Format, minify: boolean) => Promise<unknown>

const withEsbuild: Bundle = (entry, outfile, format, minify) =>
  esbuild.build({
    entryPoints: [entry],
    outfile,
    format,
    minify,
    bundle: true,
    platform: 'node',
    // Koa's own require() of Node's modules needs one in an ES module
    banner:
      format === 'esm'
        ? {
            js: "import { createRequire as forKoa } from 'node:module'; const require = forKoa(import.meta.url)",
          }
        : {},
  })

const withWebpack: Bundle = async (entry, output, format, minify) => {
  const config: webpack.Configuration = {
    entry,
    target: 'node20',
    mode: minify ? 'production' : 'none',
    context: source,
    experiments: { outputModule: format === 'esm' },
    output: {
      path: elsewhere,
      filename: basename(output),
      library: { type: format === 'esm' ? 'module' : 'commonjs2' },
    },
  }
  const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
    webpack(config, (error, stats) => (error ? reject(error) : resolve(stats)))
  })
  if (!stats || stats.hasErrors() || stats.hasWarnings()) throw new Error(stats?.toString())
}

const BUNDLERS: [string, Bundle][] = [
  ['esbuild', withEsbuild],
  ['webpack', withWebpack],
]
const KINDS = BUNDLERS.flatMap(([name, bundle]) =>
  (['cjs', 'esm'] as const).flatMap((format) =>
    [false, true].map((minify) => ({ name, bundle, format, minify })),
  ),
)

test.each(KINDS)('$name makes a bundle that runs: $format, minified: $minify', async (kind) => {
  const { name, bundle, format, minify } = kind
  const output = join(elsewhere, `${name}-${minify}.${format === 'esm' ? 'mjs' : 'cjs'}`)
  const [entry, imports] = format === 'esm' ? ['app.mjs', ESM] : ['app.cjs', CJS]
  const printed =
    'process.on("uncaughtException", ({ message }) => { console.log(message); process.exit(1) })'
  writeFileSync(
    join(source, entry),
    app(`${imports}\n${printed}`, `process.argv[3] ? ${BY_TYPE} : ${BY_HANDLER}`),
  )
  await bundle(join(source, entry), output, format, minify)
  expect(runNode(elsewhere, [output, `${output}.log`])).toBe('')
  expectOneRequest(`${output}.log`)
  // by its name, the handler is not there
  expect(() => runNode(elsewhere, [output, `${output}.2.log`, 'by-name'])).toThrow(/handlerType/)
})
