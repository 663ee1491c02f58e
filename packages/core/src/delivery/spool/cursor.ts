import { crc32 } from 'node:zlib'
import type { SpoolFile } from './file.js'
import { decodeHeader, type FrameHeader, HEADER_BYTES, MAGIC } from './frame.js'

const WINDOW_BYTES = 16_384

/** A whole frame of a segment. */
export interface Frame extends FrameHeader {
  readonly position: number
  readonly end: number
}

/** Which frames a cursor accepts. */
export interface CursorLimits {
  /** The segment's own. */
  readonly salt: number
  readonly maxEntryBytes: number
}

/** Reads the frames of a segment, in order. Skips the bytes that are no frame, and reports how many. */
export class SpoolCursor {
  readonly #file: SpoolFile
  readonly #limits: CursorLimits
  readonly #onDamage: (bytes: number) => void
  #position = 0
  #window: Buffer = Buffer.alloc(0)
  #windowAt = 0

  constructor(file: SpoolFile, limits: CursorLimits, onDamage: (bytes: number) => void) {
    this.#file = file
    this.#limits = limits
    this.#onDamage = onDamage
  }

  get position(): number {
    return this.#position
  }

  /** Returns the next frame that ends at `end` or before. Returns the same frame until `pass()` is called. */
  async find(end: number): Promise<Frame | undefined> {
    for (let at = this.#position; ; ) {
      const bytes = await this.#from(at, end)
      if (bytes.length < HEADER_BYTES) return this.#moveTo(end)
      const header = decodeHeader(bytes, this.#limits.salt)
      const frameEnd = at + HEADER_BYTES + (header?.length ?? 0)
      if (header && header.length <= this.#limits.maxEntryBytes && frameEnd <= end) {
        this.#moveTo(at)
        return { ...header, position: at, end: frameEnd }
      }
      const next = bytes.indexOf(MAGIC, 1)
      at += next === -1 ? bytes.length - MAGIC.length + 1 : next
    }
  }

  pass(frame: Frame): void {
    this.#position = frame.end
  }

  /** Reads a frame's entry and passes the frame; `undefined` if the entry is damaged. */
  async read(frame: Frame): Promise<Buffer | undefined> {
    const bytes = await this.#file.read(frame.length, frame.position + HEADER_BYTES)
    const isWhole = bytes.length === frame.length && crc32(bytes) === frame.crc
    if (isWhole) this.pass(frame)
    else this.#moveTo(frame.end)
    return isWhole ? bytes : undefined
  }

  #moveTo(position: number): undefined {
    const skipped = position - this.#position
    this.#position = position
    if (skipped > 0) this.#onDamage(skipped)
  }

  /** Returns bytes from `at` on: at least a header, unless the end is nearer. */
  async #from(at: number, end: number): Promise<Buffer> {
    const offset = at - this.#windowAt
    if (offset < 0 || offset + HEADER_BYTES > this.#window.length) {
      this.#window = await this.#file.read(Math.max(0, Math.min(WINDOW_BYTES, end - at)), at)
      this.#windowAt = at
    }
    return this.#window.subarray(at - this.#windowAt)
  }
}
