import { type FileHandle, open } from 'node:fs/promises'
import { readHead } from '../file-head.js'
import { inodeAt, inodeOf } from '../inode.js'

const READ_BYTES = 1 << 20
const READS_AT_ONCE = 8 // other files must be read, too

/** An open file that may grow: how it begins, and how far it was read. */
export class GrowingFile {
  readonly inode: string
  /** When it was opened. */
  readonly size: number
  /** Whether all that is in it was read. */
  isAtEnd = false
  /** Whether its content was replaced since it was last read: it is shorter, or begins differently. */
  isTruncated = false
  /** Whether it was deleted. */
  isDeleted = false
  readonly #handle: FileHandle
  #offset: number
  #head: Buffer = Buffer.alloc(0)

  /**
   * @param offset where to begin; `'end'` skips what is in it
   * @returns `undefined` if it cannot be opened
   */
  static async open(path: string, offset: number | 'end'): Promise<GrowingFile | undefined> {
    const handle = await open(path, 'r').catch(() => undefined)
    if (!handle) return undefined
    const stats = await handle.stat({ bigint: true })
    const size = Number(stats.size)
    const file = new GrowingFile(handle, inodeOf(stats), size, offset === 'end' ? size : offset)
    file.#head = await readHead(handle)
    return file
  }

  private constructor(handle: FileHandle, inode: string, size: number, offset: number) {
    this.inode = inode
    this.size = size
    this.#handle = handle
    this.#offset = offset
  }

  get head(): Buffer {
    return this.#head
  }

  get offset(): number {
    return this.#offset
  }

  /** Whether the path leads to another file now, or to none. */
  async isReplaced(path: string): Promise<boolean> {
    if ((await inodeAt(path)) !== this.inode) return true
    return (await this.#handle.stat()).nlink === 0 // it was deleted, and the new file got the same inode
  }

  /** Whether it had no content when it was last looked at. */
  get isEmpty(): boolean {
    return this.#head.length === 0
  }

  /** Looks whether an empty file has content now. */
  async hasBegun(): Promise<boolean> {
    this.#head = await readHead(this.#handle)
    return !this.isEmpty
  }

  /** Continues from here: the part before was read under another name. */
  skipTo(offset: number): void {
    this.#offset = offset
  }

  /** The bytes that were written since. */
  async read(): Promise<Buffer[]> {
    const chunks: Buffer[] = []
    const { size, nlink } = await this.#handle.stat()
    this.isDeleted = nlink === 0
    this.isAtEnd = size === this.#offset && !(await this.#hasNewHead())
    for (let i = 0; i < READS_AT_ONCE && !this.isAtEnd; i++) {
      const buffer = Buffer.allocUnsafe(READ_BYTES)
      const { bytesRead } = await this.#handle.read(buffer, 0, READ_BYTES, this.#offset)
      // asked after the read: what it gave may not belong behind what was read before
      const { size } = await this.#handle.stat()
      this.isTruncated = size < this.#offset + bytesRead || (await this.#hasNewHead())
      this.isAtEnd = this.isTruncated || bytesRead === 0
      if (this.isAtEnd) break
      this.#offset += bytesRead
      chunks.push(buffer.subarray(0, bytesRead))
    }
    return chunks
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  async #hasNewHead(): Promise<boolean> {
    const head = await readHead(this.#handle)
    if (!head.subarray(0, this.#head.length).equals(this.#head)) return true
    this.#head = head // a file that grows has more of it
    return false
  }
}
