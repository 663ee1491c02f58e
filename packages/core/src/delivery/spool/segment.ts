import { unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { SpoolCursor } from './cursor.js'
import { SpoolFile } from './file.js'
import { doneMark, encodeFrame, type SpoolEntry } from './frame.js'

const NAME = /^(\d{13})-(\d{8})-([\da-f]{16})\.([\da-f]{16})\.spool$/

/** The parts of a segment's file name: who wrote it and when, which never changes, and who owns it now. */
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

/** Returns `undefined` if the file is not a segment. */
export function parseName(file: string): SegmentName | undefined {
  const [, time, sequence, writer, owner] = NAME.exec(file) ?? []
  return writer && owner ? { time: Number(time), sequence: Number(sequence), writer, owner } : undefined
}

/** One file of the spool. One process appended its frames; its owner reads them in order. */
export class Segment {
  readonly name: SegmentName
  readonly path: string
  /** Records that are neither done nor read. */
  records = 0
  /** Whether an append has begun and not ended. */
  writing = false
  removed = false
  readonly #id: string
  readonly #salt: number
  readonly #maxEntryBytes: number
  #bytes = 0
  #file: SpoolFile | undefined
  #cursor: SpoolCursor | undefined

  constructor(directory: string, name: SegmentName, maxEntryBytes: number) {
    const { time, sequence, writer, owner } = name
    this.name = name
    this.#maxEntryBytes = maxEntryBytes
    this.#id = `${String(time).padStart(13, '0')}-${String(sequence).padStart(8, '0')}-${writer}`
    this.#salt = crc32(this.#id)
    this.path = join(directory, `${this.#id}.${owner}.spool`)
  }

  /** Bytes of its whole frames. */
  get bytes(): number {
    return this.#bytes
  }

  /** Whether everything in it was read. */
  get isRead(): boolean {
    return this.#cursor?.position === this.#bytes
  }

  /** Compares by the time of writing, also segments of different processes. */
  compare(other: Segment): number {
    return this.#id < other.#id ? -1 : 1
  }

  /** Creates its file. */
  create(): void {
    this.#file = SpoolFile.create(this.path)
  }

  /** Counts what is in the file of an ended process. The entries themselves are checked when they are read. */
  async count(file: SpoolFile): Promise<void> {
    const end = file.size
    const cursor = this.#cursorOf(file, () => {})
    for (let frame = await cursor.find(end); frame; frame = await cursor.find(end)) {
      if (!frame.done) this.records += frame.records
      cursor.pass(frame)
    }
    this.#bytes = end
  }

  encode(entry: SpoolEntry): Buffer {
    return encodeFrame(entry, this.#salt)
  }

  /** Writes a frame behind the others. It counts only after `recordWrite()`; until then it can be written again. */
  write(frame: Buffer): Promise<void> {
    return this.#open().write(frame, this.#bytes)
  }

  writeSync(frame: Buffer): void {
    this.#open().writeSync(frame, this.#bytes)
  }

  recordWrite(frame: Buffer, records: number): void {
    this.writing = false
    this.#bytes += frame.length
    this.records += records
  }

  /** Removes the bytes that a failed write has left. */
  truncate(): void {
    this.#open().truncate(this.#bytes)
  }

  /** Reads the next entry that is not done, and reports the damaged bytes before it. */
  async read(onFailure: (error: Error) => void): Promise<StoredEntry | undefined> {
    this.#cursor ??= this.#cursorOf(this.#open(), (bytes) =>
      onFailure(new Error(`${bytes} damaged bytes skipped in ${this.path}`)),
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

  /** Ends appending: closes the file, unless it is being read. */
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

  #cursorOf(file: SpoolFile, onDamage: (bytes: number) => void): SpoolCursor {
    return new SpoolCursor(file, { salt: this.#salt, maxEntryBytes: this.#maxEntryBytes }, onDamage)
  }

  #open(): SpoolFile {
    this.#file ??= SpoolFile.open(this.path)
    return this.#file
  }
}
