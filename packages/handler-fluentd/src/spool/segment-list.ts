import type { Slot } from './appends.js'
import { frameBytes, type SpoolEntry } from './frame.js'
import { Segment } from './segment.js'

const SEGMENT_BYTES = 8 * 1_048_576

/** A spool's segments, oldest first, together at most `maxBytes`; the newest takes what is appended. */
export class SegmentList {
  readonly #directory: string
  readonly #owner: string
  readonly #maxBytes: number
  readonly #onDropped: (records: number) => void
  readonly #onTrouble: (error: Error) => void
  readonly #segments: Segment[] = []
  /** The one that is appended to, unless it is removed. */
  #open: Segment | undefined
  #sequence = 0

  constructor(
    directory: string,
    owner: string,
    maxBytes: number,
    onDropped: (records: number) => void,
    onTrouble: (error: Error) => void,
  ) {
    this.#directory = directory
    this.#owner = owner
    this.#maxBytes = maxBytes
    this.#onDropped = onDropped
    this.#onTrouble = onTrouble
  }

  get first(): Segment | undefined {
    return this.#segments[0]
  }

  /** Neither done nor handed out. */
  get records(): number {
    return this.#segments.reduce((sum, { records }) => sum + records, 0)
  }

  /** Whether so many bytes can be taken over; one segment always can. */
  fits(bytes: number): boolean {
    return !this.first || this.#bytes + bytes <= this.#maxBytes
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
      kept: () => segment.wrote(frame, entry.records),
      failed: () => {
        segment.writing = false
        if (segment.bytes === 0) this.remove(segment)
        else this.attempt(() => segment.unwrite())
      },
    }
  }

  /** A segment of these entries, before all others. */
  prependSync(entries: readonly SpoolEntry[]): void {
    const segment = this.#create((this.first?.name.time ?? Date.now()) - 1)
    try {
      for (const entry of entries) {
        const frame = segment.encode(entry)
        segment.writeSync(frame)
        segment.wrote(frame, entry.records)
      }
      segment.seal()
    } catch (error) {
      segment.records = 0
      this.remove(segment)
      throw error
    }
  }

  /** Removes it with all its records: there are none left, unless it is damaged or in the way. */
  remove(segment: Segment): void {
    this.#segments.splice(this.#segments.indexOf(segment), 1)
    this.attempt(() => segment.remove())
    if (segment.records > 0) this.#onDropped(segment.records)
  }

  /** Tells if it fails. */
  attempt(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#onTrouble(error as Error)
    }
  }

  close(): void {
    for (const segment of this.#segments) segment.close()
  }

  get #bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  #segmentFor(bytes: number): Segment {
    const max = this.#maxBytes
    if (bytes > max)
      throw new Error(`a batch of ${bytes} bytes is larger than the spool may be, ${max} bytes`)
    while (this.#bytes + bytes > max) this.remove(this.#segments[0] as Segment)
    const open = this.#open
    if (open && !open.removed && open.bytes + bytes <= Math.min(SEGMENT_BYTES, max / 8)) return open
    open?.seal()
    this.#open = this.#create(Math.max(Date.now(), this.#segments.at(-1)?.name.time ?? 0)) // the clock may be put back
    return this.#open
  }

  #create(time: number): Segment {
    const sequence = this.#sequence + 1
    const segment = new Segment(this.#directory, { time, sequence, writer: this.#owner, owner: this.#owner })
    segment.create()
    this.add(segment)
    return segment
  }
}
