import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript-5.9'

// Every name that a package gives away, types included: a name that changes is seen here, and should be wanted.

const packages = fileURLToPath(new URL('../packages', import.meta.url))

interface Entry {
  readonly import: { readonly types: string }
  readonly require: { readonly types: string }
}

const entries = readdirSync(packages)
  .filter((folder) => existsSync(join(packages, folder, 'tsconfig.cjs.json')))
  .flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'))
    return Object.entries<Entry>(manifest.exports)
      .filter(([subpath]) => subpath !== './package.json')
      .map(([subpath, entry]) => ({ name: manifest.name + subpath.slice(1), folder, entry }))
  })

/** The exported names of a file, sorted; types are marked. */
function exportedNames(file: string): string[] {
  const options = { module: ts.ModuleKind.NodeNext, skipLibCheck: true, types: [] }
  const program = ts.createProgram([file], options)
  const checker = program.getTypeChecker()
  const symbol = checker.getSymbolAtLocation(program.getSourceFile(file) as ts.SourceFile) as ts.Symbol
  return checker
    .getExportsOfModule(symbol)
    .map((name) => {
      const meant = name.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(name) : name
      return `${meant.flags & ts.SymbolFlags.Value ? '' : 'type '}${name.name}`
    })
    .sort()
}

test.each(entries)('$name exports these names', ({ folder, entry }) => {
  expect(exportedNames(join(packages, folder, entry.import.types))).toMatchSnapshot()
})

test.each(entries)('$name exports the same from both builds', ({ folder, entry }) => {
  const [esm, cjs] = [entry.import.types, entry.require.types]
  expect(exportedNames(join(packages, folder, cjs))).toEqual(exportedNames(join(packages, folder, esm)))
})
