import { GrowingFile, isSameHead } from './growing-file.js'
import { rotatedSiblings } from './rotated-siblings.js'

/** A writer may go on writing to a renamed file for a moment. */
const DRAIN_MS = 3_000
const MAX_KNOWN = 1_000

/** A file's content between two rotations, recognized by its beginning. */
interface Generation {
  readonly head: Buffer
  /** How much of it was read. */
  readonly offset: number
}

/** All that is written under one path, over its rotations, also over several between two looks. */
export class FollowedFile {
  readonly path: string
  #current: GrowingFile | undefined
  #draining: { readonly file: GrowingFile; until: number }[] = []
  #known: Generation[] = []

  constructor(path: string) {
    this.path = path
  }

  /** The files that are open, as `dev:ino`: under another name they are no new ones. */
  get inodes(): string[] {
    return [this.#current, ...this.#draining.map(({ file }) => file)].flatMap((file) => file?.inode ?? [])
  }

  /**
   * Opens the file if it is there. Rotated ones that are there already are not read.
   * @param offset where to begin; `'end'` skips what is in it
   */
  async open(offset: number | 'end'): Promise<void> {
    this.#current = await GrowingFile.open(this.path, offset)
    for (const sibling of await rotatedSiblings(this.path)) {
      const file = await GrowingFile.open(sibling, 'end')
      if (file) this.#know({ head: file.head, offset: file.offset })
      await file?.close()
    }
  }

  /** What has been written since, as whole lines. */
  async poll(): Promise<Buffer[]> {
    const lines = await this.#drain()
    if (this.#current) lines.push(...(await this.#current.read()))
    if (this.#current?.isTruncated) {
      await this.#finishCopy(this.#current)
      await this.#openNext()
    } else if (!this.#current || (await this.#current.isReplaced(this.path))) {
      if (this.#current) this.#drainFrom(this.#current)
      await this.#openNext()
    }
    return lines
  }

  /** Lines without a newline, of files that are not written any more or that are not followed any more. */
  async close(): Promise<Buffer[]> {
    const files = [...this.#draining.map(({ file }) => file), ...(this.#current ? [this.#current] : [])]
    for (const file of files) await file.close()
    return files.flatMap((file) => file.takeRest())
  }

  async #drain(): Promise<Buffer[]> {
    const lines: Buffer[] = []
    for (const each of this.#draining) {
      const more = await each.file.read()
      if (more.length > 0) each.until = Date.now() + DRAIN_MS
      lines.push(...more)
    }
    const ended = this.#draining.filter(({ until }) => until <= Date.now())
    this.#draining = this.#draining.filter((each) => !ended.includes(each))
    for (const { file } of ended) {
      lines.push(...file.takeRest())
      await file.close()
    }
    return lines
  }

  /** What was not read of a file before it was truncated is in the copy that was made of it. */
  async #finishCopy(truncated: GrowingFile): Promise<void> {
    await truncated.close()
    for (const sibling of await rotatedSiblings(this.path)) {
      const copy = await GrowingFile.open(sibling, truncated.offset)
      if (copy && isSameHead(copy.head, truncated.head)) {
        copy.rest = truncated.rest
        this.#drainFrom(copy)
        return
      }
      await copy?.close()
    }
    this.#know({ head: truncated.head, offset: truncated.offset })
  }

  /** Opens what is at the path now, and the files that were there for a moment since the last look. */
  async #openNext(): Promise<void> {
    const hadNone = !this.#current && this.#known.length === 0
    const next = await GrowingFile.open(this.path, 0)
    this.#current = next
    if (hadNone && !next) return
    for (const sibling of await rotatedSiblings(this.path)) {
      const file = await GrowingFile.open(sibling, 0)
      if (!file) continue
      const isMissed =
        file.head.length > 0 && !this.#isKnown(file.head) && !(next && isSameHead(file.head, next.head))
      if (isMissed) this.#drainFrom(file)
      else await file.close()
    }
    const read = next && this.#known.find(({ head }) => isSameHead(head, next.head))
    if (read) next.skipTo(read.offset) // it was copied, read there, and is not truncated yet
  }

  #drainFrom(file: GrowingFile): void {
    this.#draining.push({ file, until: Date.now() + DRAIN_MS })
    this.#know(file)
  }

  #know(generation: Generation): void {
    this.#known.push(generation)
    if (this.#known.length > MAX_KNOWN) this.#known.shift()
  }

  #isKnown(head: Buffer): boolean {
    return this.#known.some((known) => isSameHead(known.head, head))
  }
}
