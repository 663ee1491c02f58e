import { randomBytes } from 'node:crypto'
import { type BigIntStats, constants } from 'node:fs'
import { lstat, open, rename, rm, utimes } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { withoutName } from './without-name.js'

/** The ending of a file that is being compressed; no other process uses it. */
export const PART: RegExp = /\.gz\.[0-9a-f]{8}\.part$/

const { O_NOFOLLOW, O_RDONLY } = constants

/**
 * Replaces the file by `path.gz`. If the process dies meanwhile, the file stays as it was. Two processes may compress the
 * same file. If somebody writes to the file meanwhile, it stays.
 * @returns whether the file was replaced
 */
export async function compress(path: string, signal: AbortSignal): Promise<boolean> {
  const part = `${path}.gz.${randomBytes(4).toString('hex')}.part`
  try {
    const source = await open(path, O_RDONLY | (O_NOFOLLOW ?? 0)) // Windows has no such flag
    let before: BigIntStats
    try {
      before = await source.stat({ bigint: true })
      const out = await open(part, 'wx', 0o600)
      await out.chmod(Number(before.mode) & 0o777) // the umask may have changed it
      const lines = source.createReadStream({ autoClose: false })
      await pipeline(lines, createGzip(), out.createWriteStream({ flush: true }), { signal })
    } finally {
      await source.close()
    }
    await utimes(part, before.atime, before.mtime)
    if (!isUnchanged(await lstat(path, { bigint: true }), before)) return false
    await rename(part, `${path}.gz`)
    await rm(path)
    return true
  } catch (error) {
    const another = (error as NodeJS.ErrnoException).code === 'ENOENT' // another process compressed it first
    if (!another && !signal.aborted) throw withoutName(error, part)
    return true
  } finally {
    await rm(part, { force: true })
  }
}

function isUnchanged(now: BigIntStats, before: BigIntStats): boolean {
  return (
    now.ino === before.ino &&
    now.dev === before.dev &&
    now.size === before.size &&
    now.mtimeNs === before.mtimeNs
  )
}
