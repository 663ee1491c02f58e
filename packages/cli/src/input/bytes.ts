import { type FileHandle, open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { isGzip, readHead } from './file-head.js'

/** The bytes of a source, uncompressed. */
export interface Bytes {
  /** Of a gzip file, modulo 4 GiB. */
  readonly uncompressedSize?: number
  /** How an uncompressed file begins. */
  readonly head?: Buffer
  /** How many bytes of the file itself were read. */
  readonly position: number
  /** Why the rest of a damaged gzip file could not be read. */
  readonly damage: string | undefined
  /** Fills `into` from `start` on. @returns how many bytes; 0 at the end */
  read(into: Buffer, start: number): Promise<number>
  close(): Promise<void>
}

/** Opens a file, compressed or not (its first bytes say so), a pipe, or standard input as `-`. */
export async function openBytes(path: string): Promise<Bytes> {
  if (path === '-') return new StreamBytes(process.stdin)
  const handle = await open(path, 'r')
  if (!(await handle.stat()).isFile()) return new StreamBytes(handle.createReadStream())
  const head = await readHead(handle)
  return isGzip(head) ? gzipBytes(handle) : new FileBytes(handle, head)
}

/** The uncompressed bytes of a gzip file, whose handle is closed with them. */
export async function gzipBytes(handle: FileHandle): Promise<Bytes> {
  const { size } = await handle.stat()
  const trailer = Buffer.alloc(4)
  await handle.read(trailer, 0, 4, Math.max(0, size - 4))
  return new StreamBytes(
    handle.createReadStream({ start: 0, highWaterMark: 1 << 18 }),
    trailer.readUInt32LE(),
  )
}

class FileBytes implements Bytes {
  position = 0
  readonly damage = undefined
  readonly head: Buffer
  readonly #handle: FileHandle

  constructor(handle: FileHandle, head: Buffer) {
    this.#handle = handle
    this.head = head
  }

  async read(into: Buffer, start: number): Promise<number> {
    const { bytesRead } = await this.#handle.read(into, start, into.length - start, this.position)
    this.position += bytesRead
    return bytesRead
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

class StreamBytes implements Bytes {
  readonly uncompressedSize?: number
  damage: string | undefined
  readonly #input: Readable
  readonly #output: Readable
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)
  position = 0

  constructor(input: Readable, uncompressedSize?: number) {
    this.#input = input
    this.#output = input
    if (uncompressedSize !== undefined) {
      this.uncompressedSize = uncompressedSize
      const gunzip = createGunzip({ chunkSize: 1 << 18 })
      input.on('data', (chunk: Buffer) => (this.position += chunk.length))
      input.on('error', (error) => gunzip.destroy(error))
      this.#output = input.pipe(gunzip)
    }
    this.#chunks = this.#output[Symbol.asyncIterator]()
  }

  async read(into: Buffer, start: number): Promise<number> {
    if (this.#rest.length === 0) this.#rest = await this.#next()
    const length = this.#rest.copy(into, start)
    this.#rest = this.#rest.subarray(length)
    return length
  }

  async close(): Promise<void> {
    this.#input.destroy()
    this.#output.destroy()
  }

  async #next(): Promise<Buffer> {
    try {
      const { value, done } = await this.#chunks.next()
      return done ? Buffer.alloc(0) : value
    } catch (error) {
      this.damage = (error as Error).message
      return Buffer.alloc(0)
    }
  }
}
