import { isUtf8 } from 'node:buffer'
import type { Batch } from './batch.js'
import { type Notices, type Piece, PieceReader, type Position } from './pieces.js'
import type { RecordOptions } from './record.js'
import { LINE, type LineKind, lineEnd, scanLine, scannedRow } from './scan/line.js'

/** What was read: `pieces` is always the sum of the others. */
export interface Counts {
  pieces: number
  requests: number
  labelled: number
  rejected: number
  blank: number
}

export function noCounts(): Counts {
  return { pieces: 0, requests: 0, labelled: 0, rejected: 0, blank: 0 }
}

/** Puts the lines of one file into a batch: clean lines as they are, all others piece by piece. */
export class Intake {
  readonly #file: string
  readonly #counts: Counts
  readonly #reader: PieceReader
  readonly #isMapped: boolean
  #offset = 0
  #line = 1

  constructor(file: string, counts: Counts, options: RecordOptions) {
    this.#file = file
    this.#counts = counts
    this.#reader = new PieceReader(options)
    this.#isMapped = options.map !== undefined
  }

  get position(): Position {
    return { offset: this.#offset, line: this.#line }
  }

  get notices(): Notices {
    return this.#reader.notices
  }

  /**
   * @param bytes whole lines; the last ends with a newline
   * @param borrowed how many of the first bytes are from the file before
   */
  addLines(bytes: Buffer, batch: Batch, borrowed = 0): void {
    this.#offset -= borrowed
    const isClean = isUtf8(bytes)
    for (let start = 0; start < bytes.length; ) {
      const kind = this.#kindOf(bytes, start, isClean)
      const end = lineEnd()
      if (kind === LINE.request) {
        batch.addRequest(bytes, scannedRow)
        this.#count('requests')
      } else if (kind === LINE.action) {
        batch.addAction(bytes.subarray(start, end))
        this.#count('labelled')
      } else if (kind === LINE.blank) this.#count('blank')
      else this.#add(this.#reader.read(bytes.subarray(start, end - 1), this.position), batch)
      this.#offset += end - start
      this.#line++
      start = end
    }
  }

  /** Adds what still waited for more lines. */
  end(batch: Batch): void {
    this.#add(this.#reader.end(), batch)
  }

  /** Rejects bytes as one piece. */
  reject(reason: string, text: string, length: number, batch: Batch): void {
    this.#add([{ kind: 'rejected', reason, text, at: this.position }], batch)
    this.#offset += length
    this.#line++
  }

  #kindOf(bytes: Buffer, start: number, isClean: boolean): LineKind {
    const kind = scanLine(bytes, start, isClean)
    return this.#reader.isOpen || (this.#isMapped && kind === LINE.action) ? LINE.other : kind
  }

  #add(pieces: readonly Piece[], batch: Batch): void {
    for (const piece of pieces) {
      if (piece.kind === 'blank') this.#count('blank')
      else if (piece.kind === 'record') {
        batch.addRecord(piece.record)
        this.#count(piece.record.label_name === 'footprint' ? 'requests' : 'labelled')
      } else {
        const { reason, text, at } = piece
        batch.addRejected({ file: this.#file, byte_offset: at.offset, line: at.line, reason, text })
        this.#count('rejected')
      }
    }
  }

  #count(kind: Exclude<keyof Counts, 'pieces'>): void {
    this.#counts[kind]++
    this.#counts.pieces++
  }
}
