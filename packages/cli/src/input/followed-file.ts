import { type FileHandle, open, stat } from 'node:fs/promises'
import { restOfCopy } from './rotated-copy.js'

const HEAD_BYTES = 256
const READ_BYTES = 1 << 20
/** A writer may go on writing to a renamed file for a moment. */
const DRAIN_MS = 3_000

/** One file that grows, under one path, over all its rotations. Ask `poll()` again and again. */
export class FollowedFile {
  readonly path: string
  #current: Growing | undefined
  #draining: { readonly file: Growing; until: number }[] = []

  constructor(path: string) {
    this.path = path
  }

  /** The files that were read, as `dev:ino`: under another name they are no new ones. */
  get inodes(): string[] {
    return [this.#current, ...this.#draining.map(({ file }) => file)].flatMap((file) => file?.inode ?? [])
  }

  /**
   * Opens the file if it is there.
   * @param offset where to begin; `'end'` skips what is in it
   */
  async open(offset: number | 'end'): Promise<void> {
    this.#current = await Growing.open(this.path, offset)
  }

  /** What has been written since, cut after a newline: lines of all its files, oldest first. */
  async poll(): Promise<Buffer[]> {
    const lines: Buffer[] = []
    for (const each of this.#draining) {
      const more = await each.file.read(this.path)
      if (more.length > 0) each.until = Date.now() + DRAIN_MS
      lines.push(...more)
    }
    if (this.#current) lines.push(...(await this.#current.read(this.path)))
    if (!this.#current || (await this.#current.isReplaced(this.path))) {
      const next = await Growing.open(this.path, 0)
      if (this.#current && (next || (await this.#current.isReplaced(this.path)))) {
        lines.push(...(await this.#current.read(this.path))) // written between the read and the rename
        this.#draining.push({ file: this.#current, until: Date.now() + DRAIN_MS })
        this.#current = undefined
      }
      this.#current = next
      if (next) lines.push(...(await next.read(this.path)))
    }
    return [...lines, ...(await this.#endDrained())]
  }

  async close(): Promise<void> {
    await this.#current?.close()
    for (const { file } of this.#draining) await file.close()
  }

  async #endDrained(): Promise<Buffer[]> {
    const ended = this.#draining.filter(({ until }) => until <= Date.now())
    this.#draining = this.#draining.filter((each) => !ended.includes(each))
    for (const { file } of ended) await file.close()
    return ended.flatMap(({ file }) => file.takeRest())
  }
}

/** An open file: its inode, how far it was read, and how it begins. */
class Growing {
  readonly inode: string
  readonly #handle: FileHandle
  #offset: number
  #head: Buffer = Buffer.alloc(0)
  #rest: Buffer = Buffer.alloc(0) // after the last newline

  static async open(path: string, offset: number | 'end'): Promise<Growing | undefined> {
    const handle = await open(path, 'r').catch(() => undefined)
    if (!handle) return undefined
    const { dev, ino, size } = await handle.stat()
    const growing = new Growing(handle, `${dev}:${ino}`, offset === 'end' ? size : offset)
    growing.#head = await growing.#readHead()
    return growing
  }

  private constructor(handle: FileHandle, inode: string, offset: number) {
    this.inode = inode
    this.#handle = handle
    this.#offset = offset
  }

  /** Whether the path leads to another file now, or to none. */
  async isReplaced(path: string): Promise<boolean> {
    const there = await stat(path).catch(() => undefined)
    if (!there || `${there.dev}:${there.ino}` !== this.inode) return true
    return (await this.#handle.stat()).nlink === 0 // removed, and the new file got the same inode
  }

  async read(path: string): Promise<Buffer[]> {
    const lines: Buffer[] = []
    const { size } = await this.#handle.stat()
    if (size === this.#offset && !(await this.#hasNewHead())) return lines
    for (;;) {
      const buffer = Buffer.allocUnsafe(READ_BYTES)
      const { bytesRead } = await this.#handle.read(buffer, 0, READ_BYTES, this.#offset)
      // asked after the read: bytes of a file that was truncated meanwhile are not behind those before
      if ((await this.#handle.stat()).size < this.#offset + bytesRead || (await this.#hasNewHead())) {
        lines.push(...(await this.#finishCopy(path)))
        continue
      }
      if (bytesRead === 0) break
      this.#offset += bytesRead
      lines.push(...this.#take(buffer.subarray(0, bytesRead)))
      if (lines.length >= 8) break // others want to be read, too
    }
    return lines
  }

  /** The last line, if it has no newline. */
  takeRest(): Buffer[] {
    const rest = this.#rest
    this.#rest = Buffer.alloc(0)
    return rest.length > 0 ? [Buffer.concat([rest, Buffer.from('\n')])] : []
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  /** The file was truncated: what was not read of it is in the copy that was made before. */
  async #finishCopy(path: string): Promise<Buffer[]> {
    const more = this.#head.length > 0 ? await restOfCopy(path, this.#head, this.#offset) : undefined
    const lines = more ? this.#take(more) : []
    lines.push(...this.takeRest())
    this.#offset = 0
    this.#head = await this.#readHead()
    return lines
  }

  #take(bytes: Buffer): Buffer[] {
    const end = bytes.lastIndexOf('\n') + 1
    if (end === 0) {
      this.#rest = Buffer.concat([this.#rest, bytes])
      return []
    }
    const lines = Buffer.concat([this.#rest, bytes.subarray(0, end)])
    this.#rest = Buffer.from(bytes.subarray(end))
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
