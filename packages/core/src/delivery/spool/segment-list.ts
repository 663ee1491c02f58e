import { existsSync } from 'node:fs'
import type { Slot } from './appends.js'
import { frameBytes, type SpoolEntry } from './frame.js'
import { Segment } from './segment.js'

export const SEGMENT_BYTES: number = 8 * 1_048_576

export interface SegmentListOptions {
  readonly directory: string
  readonly owner: string
  readonly maxBytes: number
  readonly maxEntryBytes: number
  readonly onDropped: (records: number) => void
  readonly onFailure: (error: Error) => void
}

/** The segments of a spool, oldest first, with at most `maxBytes` together. Entries are appended to the newest. */
export class SegmentList {
  readonly #options: SegmentListOptions
  readonly #segments: Segment[] = []
  /** The segment that is appended to; it may have been removed. */
  #open: Segment | undefined
  #sequence = 0

  constructor(options: SegmentListOptions) {
    this.#options = options
  }

  get first(): Segment | undefined {
    return this.#segments[0]
  }

  after(segment: Segment): Segment | undefined {
    return this.#segments[this.#segments.indexOf(segment) + 1]
  }

  /** Records that are neither done nor read. */
  get records(): number {
    return this.#segments.reduce((sum, { records }) => sum + records, 0)
  }

  /** Whether a segment of so many bytes can be taken over. The first one always can. */
  fits(bytes: number): boolean {
    return !this.first || this.#bytes + bytes <= this.#options.maxBytes
  }

  add(segment: Segment): void {
    this.#segments.push(segment)
    this.#segments.sort((a, b) => a.compare(b))
    this.#sequence = Math.max(this.#sequence, segment.name.sequence)
  }

  /**
   * A place for the entry; the oldest segments are dropped where it needs room.
   * @throws Error if the entry is too large, or no segment can be made
   */
  slotFor(entry: SpoolEntry): Slot {
    const segment = this.#segmentFor(frameBytes(entry))
    const frame = segment.encode(entry)
    segment.writing = true
    return {
      write: () => segment.write(frame),
      writeSync: () => segment.writeSync(frame),
      keep: () => segment.recordWrite(frame, entry.records),
      giveUp: () => {
        segment.writing = false
        if (segment.bytes === 0) this.remove(segment)
        else this.attempt(() => segment.truncate())
      },
    }
  }

  /** Writes the entries to a segment before all others. */
  prependSync(entries: readonly SpoolEntry[]): void {
    const segment = this.#create((this.first?.name.time ?? Date.now()) - 1)
    try {
      for (const entry of entries) {
        const frame = segment.encode(entry)
        segment.writeSync(frame)
        segment.recordWrite(frame, entry.records)
      }
      segment.seal()
    } catch (error) {
      segment.records = 0
      this.remove(segment)
      throw error
    }
  }

  /** Removes a segment with all records that are left in it. */
  remove(segment: Segment): void {
    this.#segments.splice(this.#segments.indexOf(segment), 1)
    this.attempt(() => segment.remove())
    if (segment.records > 0) this.#options.onDropped(segment.records)
  }

  /** Removes segments whose files no longer exist. */
  removeLost(): void {
    for (const segment of [...this.#segments]) if (!existsSync(segment.path)) this.remove(segment)
  }

  /** Reports what the work throws. */
  attempt(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#options.onFailure(error as Error)
    }
  }

  close(): void {
    for (const segment of this.#segments) segment.close()
  }

  get #bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  #segmentFor(bytes: number): Segment {
    const { maxBytes: max, maxEntryBytes } = this.#options
    if (bytes > max)
      throw new Error(`a batch of ${bytes} bytes is larger than the limit of the whole spool (${max} bytes)`)
    if (bytes > maxEntryBytes)
      throw new Error(`a batch of ${bytes} bytes is larger than ${maxEntryBytes} bytes`)
    while (this.#bytes + bytes > max) this.remove(this.#segments[0] as Segment)
    const open = this.#open
    if (open && !open.removed && open.bytes + bytes <= Math.min(SEGMENT_BYTES, max / 8)) return open
    open?.seal()
    this.#open = this.#create(Math.max(Date.now(), this.#segments.at(-1)?.name.time ?? 0)) // the clock may have been set back
    return this.#open
  }

  #create(time: number): Segment {
    const sequence = this.#sequence + 1
    const { directory, owner, maxEntryBytes } = this.#options
    const segment = new Segment(directory, { time, sequence, writer: owner, owner }, maxEntryBytes)
    segment.create()
    this.add(segment)
    return segment
  }
}
