import { existsSync, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const VERSIONS = ['node-22', 'node-24', 'node-26'] // optional dependencies, for Linux on x64

/** The machine's own Node, and each newer one that is installed. */
export function nodeBinaries() {
  const newer = VERSIONS.map((name) =>
    fileURLToPath(new URL(`../node_modules/${name}/bin/node`, import.meta.url)),
  )
  const found = newer.filter((path) => existsSync(path)).map((path) => realpathSync(path))
  if (found.length < VERSIONS.length)
    console.log(`installed of ${VERSIONS.join(', ')}: ${found.length} (they are for Linux on x64)`)
  return [...new Set([ownNode(), ...found])]
}

/** In a package's script `node` may be one of those: pnpm puts the programs of dependencies in front. */
function ownNode() {
  const folders = process.env.PATH.split(delimiter).filter((folder) => !folder.includes('node_modules'))
  return realpathSync(folders.map((folder) => join(folder, 'node')).find(existsSync) ?? process.execPath)
}
