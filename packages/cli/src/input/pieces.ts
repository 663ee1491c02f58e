import { stripVTControlCharacters } from 'node:util'
import { parseText } from '@actionlog/core'
import { objectsOf } from './objects.js'
import { type PlainRecord, type RecordOptions, readRecord, readTextRecord } from './record.js'
import { unwrapCri, unwrapObject, type Wrapped } from './unwrap.js'
import { wellFormed } from './well-formed.js'

/** Where a piece begins. */
export interface Position {
  /** Bytes before it in its file, uncompressed. */
  readonly offset: number
  /** Counted from 1. */
  readonly line: number
}

export type Piece =
  | { readonly kind: 'record'; readonly record: PlainRecord; readonly at: Position }
  | { readonly kind: 'rejected'; readonly reason: string; readonly text: string; readonly at: Position }
  | { readonly kind: 'blank' }

/** What was unusual, and how often. */
export interface Notices {
  /** Records whose time named no zone. */
  assumedZone: number
  /** Lines from which NUL bytes were removed. */
  nulBytes: number
  /** Lines whose bytes are no UTF-8. */
  notUtf8: number
}

const TEXT_TITLE = /^(?:=+ Footprint Log =+|-+ Action Log -+)$/
const MAX_BLOCK_LINES = 2_000
const MAX_DEPTH = 4

/** Makes pieces of the lines of one file, also of those that are wrapped, split or in the text format. */
export class PieceReader {
  readonly notices: Notices = { assumedZone: 0, nulBytes: 0, notUtf8: 0 }
  readonly #options: RecordOptions
  readonly #partial = new Map<string, { text: string; at: Position }>()
  #block: { lines: string[]; at: Position } | undefined

  constructor(options: RecordOptions) {
    this.#options = options
  }

  /** Whether the next line may belong to what came before. */
  get isOpen(): boolean {
    return this.#block !== undefined || this.#partial.size > 0
  }

  /** @param bytes a line without its newline */
  read(bytes: Buffer, at: Position): Piece[] {
    let line = bytes.toString()
    if (line.includes('\ufffd') && !bytes.includes('\ufffd')) this.notices.notUtf8++
    if (line.includes('\0')) {
      line = line.replaceAll('\0', '')
      this.notices.nulBytes++
    }
    if (line.charCodeAt(0) === 0xfeff) line = line.slice(1)
    return this.#readLine(line.endsWith('\r') ? line.slice(0, -1) : line, at, 0)
  }

  /** What still waited for more. */
  end(): Piece[] {
    const pieces = this.#endBlock()
    for (const { text, at } of this.#partial.values()) pieces.push(...this.#readObjects(text, at, MAX_DEPTH))
    this.#partial.clear()
    return pieces
  }

  #readLine(line: string, at: Position, depth: number): Piece[] {
    const wrapped = unwrapCri(line)
    if (wrapped) return this.#readWrapped(wrapped, at, depth)
    const plain = line.includes('\x1b') ? stripVTControlCharacters(line) : line
    const isTitle = TEXT_TITLE.test(plain)
    if (this.#block && !isTitle && !line.startsWith('{')) return this.#continueBlock(plain)
    const pieces = this.#endBlock()
    if (isTitle) {
      this.#block = { lines: [plain], at }
      return pieces
    }
    pieces.push(...this.#readObjects(plain, at, depth))
    return pieces
  }

  #readObjects(line: string, at: Position, depth: number): Piece[] {
    if (line.trim() === '') return [{ kind: 'blank' }]
    return objectsOf(line).flatMap((part): Piece[] => {
      if (!('object' in part)) return [{ kind: 'rejected', ...part, at }]
      const wrapped = depth < MAX_DEPTH ? unwrapObject(part.object) : undefined
      return wrapped ? this.#readWrapped(wrapped, at, depth) : [this.#readRecord(part.object, at)]
    })
  }

  #readRecord(raw: PlainRecord, at: Position): Piece {
    const object = wellFormed(raw)
    const read = readRecord(object, this.#options)
    if ('reason' in read) return { kind: 'rejected', reason: read.reason, text: JSON.stringify(object), at }
    if (read.isTimeAssumed) this.notices.assumedZone++
    return { kind: 'record', record: read.record, at }
  }

  #readWrapped({ text, isPartial, stream }: Wrapped, at: Position, depth: number): Piece[] {
    const before = this.#partial.get(stream)
    const joined = { text: (before?.text ?? '') + text, at: before?.at ?? at }
    this.#partial.delete(stream)
    if (isPartial) {
      this.#partial.set(stream, joined)
      return []
    }
    return joined.text
      .replace(/\r?\n$/, '')
      .split('\n')
      .flatMap((line) => this.#readLine(line, joined.at, depth + 1))
  }

  #continueBlock(line: string): Piece[] {
    const block = this.#block as { lines: string[]; at: Position }
    if (line !== '') {
      block.lines.push(line)
      return block.lines.length > MAX_BLOCK_LINES ? this.#endBlock() : []
    }
    const [fields] = parseText(`${block.lines.join('\n')}\n\n`).records
    if (!fields) return [...this.#endBlock(), { kind: 'blank' }]
    this.#block = undefined
    return [this.#readRecord(readTextRecord(fields), block.at)]
  }

  /** Rejects the lines of a record in the text format that has no end. */
  #endBlock(): Piece[] {
    const { lines = [], at } = this.#block ?? {}
    this.#block = undefined
    return lines.map((text, i) => ({
      kind: 'rejected',
      reason: 'is part of an incomplete record in the text format',
      text,
      at: { offset: at?.offset ?? 0, line: (at?.line ?? 1) + i },
    }))
  }
}
