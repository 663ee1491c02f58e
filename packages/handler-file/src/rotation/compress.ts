import { randomBytes } from 'node:crypto'
import { createReadStream, type Stats } from 'node:fs'
import { open, rename, rm, stat, utimes } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

/** The name under which a compressed file grows: nobody else's. */
export const PART: RegExp = /\.gz\.[0-9a-f]{8}\.part$/

/**
 * Puts `path.gz` in the place of the file, at no moment both nor neither in part: a process that dies in between
 * leaves the file as it was, and two that do the same do no harm. If somebody wrote to it since `before`, it stays.
 */
export async function compress(path: string, before: Stats, signal: AbortSignal): Promise<void> {
  const part = `${path}.gz.${randomBytes(4).toString('hex')}.part`
  try {
    const out = await open(part, 'wx', 0o600)
    await out.chmod(before.mode & 0o777) // whatever the umask
    await pipeline(createReadStream(path), createGzip(), out.createWriteStream({ flush: true }), { signal })
    await utimes(part, before.atime, before.mtime)
    const after = await stat(path)
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) return
    await rename(part, `${path}.gz`)
    await rm(path)
  } catch (error) {
    const another = (error as NodeJS.ErrnoException).code === 'ENOENT' // did it first
    if (!another && !signal.aborted) throw error
  } finally {
    await rm(part, { force: true })
  }
}
