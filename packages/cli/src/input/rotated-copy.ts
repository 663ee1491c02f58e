import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { openBytes } from './bytes.js'

const READ_BYTES = 1 << 20

/**
 * What a rotated copy of a file holds behind `offset`: `undefined` if no file beside it begins with `head`. Rotation
 * by copytruncate leaves what nobody had read yet only there.
 */
export async function restOfCopy(path: string, head: Buffer, offset: number): Promise<Buffer | undefined> {
  const own = basename(path)
  const [stem = own] = own.split('.')
  const names = await readdir(dirname(path)).catch(() => [])
  for (const name of names) {
    if (name === own || !name.startsWith(stem)) continue
    const rest = await restOf(join(dirname(path), name), head, offset).catch(() => undefined)
    if (rest) return rest
  }
  return undefined
}

async function restOf(path: string, head: Buffer, offset: number): Promise<Buffer | undefined> {
  const bytes = await openBytes(path)
  try {
    const parts: Buffer[] = []
    let position = 0
    for (;;) {
      const buffer = Buffer.allocUnsafe(READ_BYTES)
      const read = await bytes.read(buffer, 0)
      if (position === 0 && !buffer.subarray(0, Math.min(read, head.length)).equals(head)) return undefined
      if (read === 0) break
      if (position + read > offset) parts.push(buffer.subarray(Math.max(0, offset - position), read))
      position += read
    }
    return position >= offset ? Buffer.concat(parts) : undefined
  } finally {
    await bytes.close()
  }
}
