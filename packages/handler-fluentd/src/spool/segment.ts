import { unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { SpoolCursor } from './cursor.js'
import { SpoolFile } from './file.js'
import { doneMark, encodeFrame, type SpoolEntry } from './frame.js'

const NAME = /^(\d{13})-(\d{8})-([\da-f]{16})\.([\da-f]{16})\.spool$/

/** What a segment's file is named after: who wrote it when, which never changes, and who owns it now. */
export interface SegmentName {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly sequence: number
  readonly writer: string
  readonly owner: string
}

/** An entry, and where its frame stands. */
export interface StoredEntry extends SpoolEntry {
  readonly position: number
}

/** `undefined` if the file is no segment. */
export function parseName(file: string): SegmentName | undefined {
  const [, time, sequence, writer, owner] = NAME.exec(file) ?? []
  return writer && owner ? { time: Number(time), sequence: Number(sequence), writer, owner } : undefined
}

/** One file of the spool: frames that one process appended, and that whoever owns it reads in order. */
export class Segment {
  readonly name: SegmentName
  readonly path: string
  /** Neither done nor handed out. */
  records = 0
  /** An append is under way. */
  writing = false
  removed = false
  readonly #id: string
  readonly #salt: number
  #bytes = 0
  #file: SpoolFile | undefined
  #cursor: SpoolCursor | undefined

  constructor(directory: string, name: SegmentName) {
    const { time, sequence, writer, owner } = name
    this.name = name
    this.#id = `${String(time).padStart(13, '0')}-${String(sequence).padStart(8, '0')}-${writer}`
    this.#salt = crc32(this.#id)
    this.path = join(directory, `${this.#id}.${owner}.spool`)
  }

  /** Of whole frames. */
  get bytes(): number {
    return this.#bytes
  }

  /** To its end, so far. */
  get isRead(): boolean {
    return this.#cursor?.position === this.#bytes
  }

  /** In order of writing, also among the segments of many processes. */
  compare(other: Segment): number {
    return this.#id < other.#id ? -1 : 1
  }

  /** Makes its file. */
  create(): void {
    this.#file = new SpoolFile(this.path, 'wx+')
  }

  /** Learns what is in the file of an ended process. The entries themselves are checked when they are read. */
  async count(file: SpoolFile): Promise<void> {
    const end = file.size
    const cursor = new SpoolCursor(file, this.#salt, () => {})
    for (let frame = await cursor.find(end); frame; frame = await cursor.find(end)) {
      if (!frame.done) this.records += frame.records
      cursor.pass(frame)
    }
    this.#bytes = end
  }

  encode(entry: SpoolEntry): Buffer {
    return encodeFrame(entry, this.#salt)
  }

  /** Nothing is in the segment before `wrote()`; until then the same may be written again. */
  write(frame: Buffer): Promise<void> {
    return this.#open().write(frame, this.#bytes)
  }

  writeSync(frame: Buffer): void {
    this.#open().writeSync(frame, this.#bytes)
  }

  wrote(frame: Buffer, records: number): void {
    this.writing = false
    this.#bytes += frame.length
    this.records += records
  }

  /** Takes back what a failed write has left. */
  unwrite(): void {
    this.#open().truncate(this.#bytes)
  }

  /** The next entry that is not done. Tells of the damaged bytes before it. */
  async read(onTrouble: (error: Error) => void): Promise<StoredEntry | undefined> {
    this.#cursor ??= new SpoolCursor(this.#open(), this.#salt, (bytes) =>
      onTrouble(new Error(`${bytes} damaged bytes skipped in ${this.path}`)),
    )
    const cursor = this.#cursor
    for (let frame = await cursor.find(this.#bytes); frame; frame = await cursor.find(this.#bytes)) {
      const bytes = frame.done ? undefined : await cursor.read(frame)
      if (bytes) return { records: frame.records, bytes, position: frame.position }
      if (frame.done) cursor.pass(frame)
    }
    return undefined
  }

  markDone(entry: StoredEntry): void {
    this.#open().writeSync(doneMark.bytes, entry.position + doneMark.at)
  }

  /** No more is appended: closes the file, unless it is read. */
  seal(): void {
    if (!this.#cursor) this.close()
  }

  close(): void {
    this.#file?.close()
    this.#file = undefined
  }

  remove(): void {
    this.removed = true
    this.close()
    unlinkSync(this.path)
  }

  #open(): SpoolFile {
    this.#file ??= new SpoolFile(this.path, 'r+')
    return this.#file
  }
}
