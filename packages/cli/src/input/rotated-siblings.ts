import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'

const MIDDLE = /^[-._\dTZ:]*(?:old|bak)?$/

/** Uncompressed files beside a log that rotation made of it: `a.log.1`, `a.log-20261126`, `a-2026-11-26T….log`; oldest first. */
export async function rotatedSiblings(path: string): Promise<string[]> {
  const own = basename(path)
  const extension = extname(own)
  const stem = own.slice(0, own.length - extension.length)
  const names = await readdir(dirname(path)).catch(() => [])
  const siblings = names.filter((name) => {
    if (name === own || !name.startsWith(stem)) return false
    const rest = name.slice(stem.length)
    return MIDDLE.test(extension === '' ? rest : rest.replace(extension, ''))
  })
  const files = await Promise.all(
    siblings.map(async (name) => {
      const sibling = join(dirname(path), name)
      const stats = await stat(sibling).catch(() => undefined)
      return stats?.isFile() ? [{ sibling, modified: stats.mtimeMs }] : []
    }),
  )
  return files
    .flat()
    .sort((a, b) => a.modified - b.modified)
    .map(({ sibling }) => sibling)
}
