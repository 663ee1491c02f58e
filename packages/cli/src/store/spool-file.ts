import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** A file that DuckDB reads rows from. It is overwritten, not made anew: so the system uses its memory again. */
export class SpoolFile {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** @returns how many bytes the file has now */
  async write(parts: readonly Uint8Array[]): Promise<number> {
    const handle = await open(this.path, constants.O_WRONLY | constants.O_CREAT, 0o600)
    try {
      const length = await writeAll(handle, parts)
      await handle.truncate(length)
      return length
    } finally {
      await handle.close()
    }
  }
}

/** Writes where the last write ended. @returns how many bytes */
export async function writeAll(handle: FileHandle, parts: readonly Uint8Array[]): Promise<number> {
  let { bytesWritten: length } = await handle.writev(parts)
  const total = parts.reduce((sum, part) => sum + part.length, 0)
  while (length < total) {
    const rest = Buffer.concat(parts).subarray(length) // a large write may be done in part
    length += (await handle.write(rest)).bytesWritten
  }
  return length
}
