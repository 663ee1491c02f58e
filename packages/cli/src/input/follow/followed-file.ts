import { isSameHead, type ReadPart } from '../file-head.js'
import { type RotatedSibling, rotatedSiblings, wasRenamed } from '../rotated-siblings.js'
import { CompressedFile } from './compressed-file.js'
import { Generation } from './generation.js'
import { GrowingFile } from './growing-file.js'

const MAX_KNOWN = 1_000
/** So many empty or idle files stay open, because the application may still write to one of them. */
const MAX_IDLE = 8
/** How often rotated files are looked for while the file at the path is empty, or there is none. */
const LOOK_MS = 1_000

/** All that is written under one path, over its rotations, also over several between two looks. */
export class FollowedFile {
  readonly path: string
  #current: Generation<GrowingFile> | undefined
  /** Rotated files that may still get lines, the oldest first. */
  #earlier: Generation[] = []
  #known: ReadPart[] = []
  /** States of the rotated files that were examined. */
  #examined = new Set<string>()
  #nextLook = Number.POSITIVE_INFINITY

  constructor(path: string) {
    this.path = path
  }

  /** The files that are open, as `dev:ino`: under another name they are no new ones. */
  get inodes(): string[] {
    return this.#all().flatMap(({ isOpen, file }) => (isOpen ? file.inode : []))
  }

  /**
   * Opens the file if it is there. Rotated ones that are there already are not read.
   * @param offset where to begin; `'end'` skips what is in it
   */
  async open(offset: number | 'end'): Promise<void> {
    const file = await GrowingFile.open(this.path, offset)
    this.#current = file && new Generation(file)
    do {
      this.#nextLook = this.#laterLook
      for await (const rotated of this.#newRotated()) {
        this.#know({ head: rotated.head, offset: 'size' in rotated ? rotated.size : 0 })
        await rotated.close()
      }
    } while (this.#nextLook === 0)
  }

  /** Leaves out what was read of its files in another way. */
  skip(read: readonly ReadPart[]): void {
    for (const part of read) this.#know(part)
    const file = this.#current?.file
    const part = file && read.find(({ head }) => isSameHead(head, file.head))
    if (part) file.skipTo(part.offset)
  }

  /** What was written since, as whole lines. */
  async poll(): Promise<Buffer[]> {
    const current = this.#current?.file
    // while it was empty, it may have been written, copied and truncated
    if (current?.isEmpty && (await current.hasBegun()) && !(await current.isReplaced(this.path)))
      await this.#openMissed()
    const lines: Buffer[] = []
    let before: Generation | undefined
    for (const generation of current?.isEmpty ? this.#earlier : this.#all()) {
      lines.push(...(await generation.read(before)))
      if (!generation.isAtEnd) return lines // what comes after it stays after it
      before = generation
    }
    if (!current || current.isTruncated || (await current.isReplaced(this.path))) await this.#openNext()
    if (performance.now() >= this.#nextLook) await this.#openMissed()
    return [...lines, ...(await this.#endEarlier())]
  }

  async close(): Promise<void> {
    for (const generation of this.#all()) await generation.close()
  }

  #all(): Generation[] {
    return this.#current ? [...this.#earlier, this.#current] : this.#earlier
  }

  /** Opens what is at the path now. */
  async #openNext(): Promise<void> {
    const last = this.#current
    if (last) this.#addEarlier(last.file.isTruncated ? await this.#findCopy(last) : last)
    const file = await GrowingFile.open(this.path, 0)
    this.#current = file && new Generation(file)
    if (last || file) this.#nextLook = 0
    // it was copied, read there, and is not truncated yet
    const read = file && this.#known.find((known) => isBeginningOf(known, file))
    if (read) file.skipTo(read.offset)
  }

  /** What was not read of a file before it was truncated is in the copy that was made of it, if there is one. */
  async #findCopy(truncated: Generation<GrowingFile>): Promise<Generation> {
    await truncated.close()
    const { head, offset } = truncated.file
    for (const sibling of await rotatedSiblings(this.path)) {
      const copy = await openRotated(sibling, offset)
      if (copy && isSameHead(copy.head, head)) return truncated.continueIn(copy)
      await copy?.close()
    }
    return truncated
  }

  /** Opens the files that were at the path for a moment since the last look. */
  async #openMissed(): Promise<void> {
    this.#nextLook = this.#laterLook
    for await (const rotated of this.#newRotated()) {
      if (this.#isMissed(rotated)) this.#addEarlier(new Generation(rotated))
      else await rotated.close()
      if (this.#isCurrent(rotated)) return // those behind it are newer: they come after it
    }
  }

  /** When to look again: a file that is empty may be written, copied and truncated between two looks. */
  get #laterLook(): number {
    const mayMiss = !this.#current || this.#current.file.isEmpty
    return mayMiss ? performance.now() + LOOK_MS : Number.POSITIVE_INFINITY
  }

  /** Whether the file at the path was rotated meanwhile, or copied. */
  #isCurrent({ head, inode }: GrowingFile | CompressedFile): boolean {
    const current = this.#current?.file
    return current !== undefined && (current.inode === inode || isSameHead(current.head, head))
  }

  #isMissed({ head, inode }: GrowingFile | CompressedFile): boolean {
    const others = [...this.#known, ...(this.#current ? [this.#current.file] : [])]
    return (
      head.length > 0 && !this.inodes.includes(inode) && !others.some((other) => isSameHead(other.head, head))
    )
  }

  /** Rotated files that were written since they were last examined. */
  async *#newRotated(): AsyncGenerator<GrowingFile | CompressedFile> {
    const siblings = await rotatedSiblings(this.path)
    const examined = this.#examined
    this.#examined = new Set(siblings.map(({ state }) => state).filter((state) => examined.has(state)))
    for (const sibling of siblings.filter(({ state }) => !examined.has(state))) {
      const file = await openRotated(sibling, 0)
      const isThere = file?.inode === sibling.inode
      if (!isThere) await file?.close()
      if (isThere || !(await wasRenamed(sibling)))
        this.#examined.add(sibling.state) // or it cannot be read
      else this.#nextLook = 0
      if (isThere) yield file
    }
  }

  async #endEarlier(): Promise<Buffer[]> {
    const lastWritten = this.#all().findLastIndex(({ hasLines }) => hasLines)
    const lines: Buffer[] = []
    for (const [i, generation] of this.#earlier.entries()) {
      const last = await generation.end(i < lastWritten || i < this.#earlier.length - MAX_IDLE)
      if (!last) continue
      lines.push(...last)
      this.#earlier = this.#earlier.filter((each) => each !== generation)
    }
    return lines
  }

  #addEarlier(generation: Generation): void {
    this.#earlier.push(generation)
    this.#know(generation.file)
  }

  #know(known: ReadPart): void {
    this.#known.push(known)
    if (this.#known.length > MAX_KNOWN) this.#known.shift()
  }
}

function isBeginningOf({ head, offset }: ReadPart, file: GrowingFile): boolean {
  return offset <= file.size && isSameHead(head, file.head)
}

function openRotated(
  { path, isCompressed }: RotatedSibling,
  offset: number,
): Promise<GrowingFile | CompressedFile | undefined> {
  return isCompressed ? CompressedFile.open(path, offset) : GrowingFile.open(path, offset)
}
