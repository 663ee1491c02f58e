import type { FileHandle } from 'node:fs/promises'
import { constants, gunzipSync } from 'node:zlib'

const HEAD_BYTES = 256
const SURE_BYTES = 64 // a shorter beginning may be that of two files
const GZIP_BYTES = 1_024 // hold the first 256, and at most 1 MB

/** How much of a file was read, which is recognized by its beginning. */
export interface ReadPart {
  readonly head: Buffer
  readonly offset: number
}

/** How a file begins: by that it is recognized, also renamed, copied or compressed. */
export async function readHead(handle: FileHandle): Promise<Buffer> {
  return readStart(handle, HEAD_BYTES)
}

/** Whether a file that begins so is a gzip file. */
export function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b
}

/** How the content of a gzip file begins; empty if it cannot be read, or not yet. */
export async function readGzipHead(handle: FileHandle): Promise<Buffer> {
  const start = await readStart(handle, GZIP_BYTES)
  try {
    return gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, HEAD_BYTES)
  } catch {
    return Buffer.alloc(0)
  }
}

/** Whether two files begin alike: then one is the other, renamed, copied or compressed. */
export function isSameHead(a: Buffer, b: Buffer): boolean {
  const length = Math.min(a.length, b.length)
  return length >= SURE_BYTES
    ? a.subarray(0, length).equals(b.subarray(0, length))
    : length > 0 && a.equals(b)
}

async function readStart(handle: FileHandle, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0)
  return buffer.subarray(0, bytesRead)
}
