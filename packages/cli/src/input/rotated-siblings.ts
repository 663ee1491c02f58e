import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { inodeAt, inodeOf } from './inode.js'

const MIDDLE = /^[-._\dTZ:]*(?:old|bak)?$/
const GZIP = /\.gz$/

export interface RotatedSibling {
  readonly path: string
  readonly isCompressed: boolean
  readonly inode: string
  /** Stays the same when it is renamed, and changes when it is written to. */
  readonly state: string
}

/**
 * Files beside a log that rotation made of it: `a.log.1`, `a.log.2.gz`, `a.log-20261126`, `a-2026-11-26T….log`; oldest
 * first, a file before its compressed form.
 */
export async function rotatedSiblings(path: string): Promise<RotatedSibling[]> {
  const own = basename(path)
  const extension = extname(own)
  const stem = own.slice(0, own.length - extension.length)
  const names = await readdir(dirname(path)).catch(() => [])
  const siblings = names.filter((name) => {
    if (name === own || !name.startsWith(stem)) return false
    const rest = name.slice(stem.length).replace(GZIP, '')
    return MIDDLE.test(extension === '' ? rest : rest.replace(extension, ''))
  })
  const files = await Promise.all(
    siblings.map(async (name) => {
      const sibling = join(dirname(path), name)
      const stats = await stat(sibling, { bigint: true }).catch(() => undefined)
      if (!stats?.isFile()) return []
      const { mtimeNs, size } = stats
      const inode = inodeOf(stats)
      const state = `${inode}:${mtimeNs}:${size}`
      return [{ path: sibling, isCompressed: GZIP.test(name), inode, state, modified: Number(mtimeNs) }]
    }),
  )
  return files
    .flat()
    .sort((a, b) => a.modified - b.modified || Number(a.isCompressed) - Number(b.isCompressed))
}

/** Whether the file is no longer under its name. */
export async function wasRenamed({ path, inode }: RotatedSibling): Promise<boolean> {
  return (await inodeAt(path)) !== inode
}
