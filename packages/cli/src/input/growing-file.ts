import { type FileHandle, open, stat } from 'node:fs/promises'

const HEAD_BYTES = 256
const SURE_BYTES = 64 // a shorter beginning may be that of two files
const READ_BYTES = 1 << 20
const READS_AT_ONCE = 8 // others want to be read, too

/** Whether two files begin alike: then one is the other, renamed or copied. */
export function isSameHead(a: Buffer, b: Buffer): boolean {
  const length = Math.min(a.length, b.length)
  return length >= SURE_BYTES
    ? a.subarray(0, length).equals(b.subarray(0, length))
    : length > 0 && a.equals(b)
}

/** An open file that may grow: how it begins, and how far it was read. */
export class GrowingFile {
  readonly inode: string
  /** What is behind the last newline that was read. */
  rest: Buffer = Buffer.alloc(0)
  readonly #handle: FileHandle
  #offset: number
  #head: Buffer = Buffer.alloc(0)
  #isTruncated = false

  /**
   * @param offset where to begin; `'end'` skips what is in it
   * @returns `undefined` if it cannot be opened
   */
  static async open(path: string, offset: number | 'end'): Promise<GrowingFile | undefined> {
    const handle = await open(path, 'r').catch(() => undefined)
    if (!handle) return undefined
    const { dev, ino, size } = await handle.stat()
    const file = new GrowingFile(handle, `${dev}:${ino}`, offset === 'end' ? size : offset)
    file.#head = await file.#readHead()
    return file
  }

  private constructor(handle: FileHandle, inode: string, offset: number) {
    this.inode = inode
    this.#handle = handle
    this.#offset = offset
  }

  get head(): Buffer {
    return this.#head
  }

  get offset(): number {
    return this.#offset
  }

  /** Since it was read last, its content was replaced: it is shorter or begins otherwise. */
  get isTruncated(): boolean {
    return this.#isTruncated
  }

  /** Whether the path leads to another file now, or to none. */
  async isReplaced(path: string): Promise<boolean> {
    const there = await stat(path).catch(() => undefined)
    if (!there || `${there.dev}:${there.ino}` !== this.inode) return true
    return (await this.#handle.stat()).nlink === 0 // removed, and the new file got the same inode
  }

  /** Goes on from here: of this file the part before was read under another name. */
  skipTo(offset: number): void {
    this.#offset = offset
  }

  /** Lines that were written since. */
  async read(): Promise<Buffer[]> {
    const lines: Buffer[] = []
    if ((await this.#handle.stat()).size === this.#offset && !(await this.#hasNewHead())) return lines
    for (let i = 0; i < READS_AT_ONCE; i++) {
      const buffer = Buffer.allocUnsafe(READ_BYTES)
      const { bytesRead } = await this.#handle.read(buffer, 0, READ_BYTES, this.#offset)
      // asked after the read: what it gave may not belong behind what was read before
      const { size } = await this.#handle.stat()
      this.#isTruncated = size < this.#offset + bytesRead || (await this.#hasNewHead())
      if (this.#isTruncated || bytesRead === 0) break
      this.#offset += bytesRead
      lines.push(...this.#take(buffer.subarray(0, bytesRead)))
    }
    return lines
  }

  /** The last line, if it has no newline. */
  takeRest(): Buffer[] {
    const { rest } = this
    this.rest = Buffer.alloc(0)
    return rest.length > 0 ? [Buffer.concat([rest, Buffer.from('\n')])] : []
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  #take(bytes: Buffer): Buffer[] {
    const end = bytes.lastIndexOf('\n') + 1
    if (end === 0) {
      this.rest = Buffer.concat([this.rest, bytes])
      return []
    }
    const lines = Buffer.concat([this.rest, bytes.subarray(0, end)])
    this.rest = Buffer.from(bytes.subarray(end))
    return [lines]
  }

  async #hasNewHead(): Promise<boolean> {
    const head = await this.#readHead()
    if (!head.subarray(0, this.#head.length).equals(this.#head)) return true
    this.#head = head // a file that grows has more of it
    return false
  }

  async #readHead(): Promise<Buffer> {
    const { buffer, bytesRead } = await this.#handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  }
}
