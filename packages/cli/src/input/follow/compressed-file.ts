import { type FileHandle, open } from 'node:fs/promises'
import { type Bytes, gzipBytes } from '../bytes.js'
import { isGzip, readGzipHead, readHead } from '../file-head.js'
import { inodeOf } from '../inode.js'

const READ_BYTES = 1 << 18
const READS_AT_ONCE = 8 // other files must be read, too

/** A rotated file that was compressed before all of it was read. Offsets are those of its content. */
export class CompressedFile {
  readonly inode: string
  readonly head: Buffer
  /** Whether all of it was read, as far as it is undamaged. */
  isAtEnd = false
  readonly #handle: FileHandle
  #bytes: Bytes | undefined
  readonly #start: number
  #position = 0

  /**
   * @param offset where to begin
   * @returns `undefined` if it cannot be opened or is no gzip file
   */
  static async open(path: string, offset: number): Promise<CompressedFile | undefined> {
    const handle = await open(path, 'r').catch(() => undefined)
    if (!handle) return undefined
    if (isGzip(await readHead(handle)))
      return new CompressedFile(
        handle,
        inodeOf(await handle.stat({ bigint: true })),
        await readGzipHead(handle),
        offset,
      )
    await handle.close()
    return undefined
  }

  private constructor(handle: FileHandle, inode: string, head: Buffer, start: number) {
    this.#handle = handle
    this.inode = inode
    this.head = head
    this.#start = start
  }

  get offset(): number {
    return Math.max(this.#start, this.#position)
  }

  /** The next bytes of its content. */
  async read(): Promise<Buffer[]> {
    this.#bytes ??= await gzipBytes(this.#handle)
    const chunks: Buffer[] = []
    while (chunks.length < READS_AT_ONCE && !this.isAtEnd) {
      const buffer = Buffer.allocUnsafe(READ_BYTES)
      const bytesRead = await this.#bytes.read(buffer, 0)
      const from = Math.min(bytesRead, Math.max(0, this.#start - this.#position))
      this.#position += bytesRead
      this.isAtEnd = bytesRead === 0
      if (from < bytesRead) chunks.push(buffer.subarray(from, bytesRead))
    }
    return chunks
  }

  close(): Promise<void> {
    return this.#bytes?.close() ?? this.#handle.close()
  }
}
