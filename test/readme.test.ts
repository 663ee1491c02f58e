import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

// Runs every code snippet of every README: compiled by tsc as a user's would be, then for real, each server
// asked once. A snippet without an import goes on where the one before it ended.

const root = fileURLToPath(new URL('..', import.meta.url))
const work = join(root, 'test/generated')
const run = promisify(execFile)

interface Program {
  readonly name: string
  readonly source: string
}

const folders = ['packages', 'examples'].flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
)
const readmes = ['README.md', ...folders.map((folder) => `${folder}/README.md`)].filter((path) =>
  existsSync(join(root, path)),
)
const programs = readmes.flatMap(programsOf)

function blocks(readme: string, language: string): string[] {
  const text = readFileSync(join(root, readme), 'utf8')
  return [...text.matchAll(/^```(\w+)[^\n]*\n([\s\S]*?)^```$/gm)]
    .filter(([, tag]) => tag === language)
    .map(([, , code]) => code as string)
}

function programsOf(readme: string): Program[] {
  const sources: string[] = []
  for (const code of blocks(readme, 'ts')) {
    if (/^import /m.test(code) || sources.length === 0) sources.push(code)
    else sources.push(`${sources.pop()}\n${code}`)
  }
  const folder = dirname(readme).replace(/\W+/g, '-').replace(/^-/, '') || 'root'
  const compiled = sources.map((source, n) => ({ name: `${folder}-${n + 1}`, source }))
  const commonJs = blocks(readme, 'js').filter((code) => code.includes('require('))
  return [...compiled, ...commonJs.map((source, n) => ({ name: `${folder}-${n + 1}.cjs`, source }))]
}

describe('every README', () => {
  beforeAll(async () => {
    rmSync(work, { recursive: true, force: true })
    mkdirSync(work, { recursive: true })
    const client = join(root, 'examples/blog/src/generated')
    for (const folder of ['generated', 'generated/prisma'])
      if (existsSync(client)) cpSync(client, join(work, folder), { recursive: true })
    for (const { name, source } of programs)
      writeFileSync(join(work, name.endsWith('.cjs') ? name : `${name}.ts`), source)
    writeFileSync(join(work, 'package.json'), '{ "type": "module" }')
    const options = {
      module: 'nodenext',
      target: 'es2023',
      strict: true,
      skipLibCheck: true,
      types: ['node'],
      outDir: 'out',
      rootDir: '.',
    }
    writeFileSync(
      join(work, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, include: ['*.ts'] }),
    )
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', work]).catch(
      (error) => {
        throw new Error(error.stdout)
      },
    )
  })

  afterAll(() => rmSync(work, { recursive: true, force: true }))

  it.each(programs)('has code that runs: $name', async ({ name }) => {
    const program = [name.endsWith('.cjs') ? join(work, name) : join(work, 'out', `${name}.js`)]
    await run(process.execPath, ['--import', join(root, 'test/ask-once.mjs'), ...program], {
      cwd: work,
      timeout: 100_000,
    }).catch((error) => {
      if (error.killed || error.signal !== 'SIGTERM') throw error // it ends as an app without a listener does
    })
  })

  it.each(readmes)('shows footprints with the fields they have, in their order: %s', (readme) => {
    const asText = blocks(readme, 'text').filter((text) => text.includes('Footprint Log'))
    const asJson = blocks(readme, 'json')
      .map((json) => JSON.parse(json))
      .filter((record) => record.label_name === 'footprint')
    const shown = [
      ...asText.map((text) => [...text.matchAll(/^(\w+) +: /gm)].map(([, name]) => name as string)),
      ...asJson.map((record) => Object.keys(record)),
    ]
    for (const names of shown) expect(names).toEqual(FIELDS.filter((field) => names.includes(field)))
  })
})

const FIELDS = (() => {
  const source = readFileSync(join(root, 'packages/core/src/record/record.ts'), 'utf8')
  const [, body = ''] = /export interface Footprint \{([\s\S]*?)^\}/m.exec(source) ?? []
  return [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name as string)
})()
