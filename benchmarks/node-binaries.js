import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'

/** The machine's own Node, and the newer one of the optional dependency `node-24` (Linux, x64). */
export function nodeBinaries() {
  const newer = node24()
  if (!newer) console.log('node-24 is not installed (it is for Linux on x64): one Node is measured')
  return [...new Set([ownNode(), newer ?? ownNode()])]
}

/** In a package's script `node` may be node-24: pnpm puts the programs of dependencies in front. */
function ownNode() {
  const folders = process.env.PATH.split(delimiter).filter((folder) => !folder.includes('node_modules'))
  return realpathSync(folders.map((folder) => join(folder, 'node')).find(existsSync) ?? process.execPath)
}

function node24() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node-24/package.json')
    return realpathSync(join(dirname(manifest), 'bin/node'))
  } catch {
    return undefined
  }
}
