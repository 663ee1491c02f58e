import { resolve } from 'node:path'
import { adoptSegments } from './adoption.js'
import { AppendQueue } from './appends.js'
import { makeFolder } from './folder.js'
import type { SpoolEntry } from './frame.js'
import { SpoolLock } from './lock.js'
import type { Segment, StoredEntry } from './segment.js'
import { SegmentList } from './segment-list.js'

export type { SpoolEntry }

/** An entry read back. */
export interface SpooledEntry extends SpoolEntry {
  /** It need not be sent again. */
  done(): void
}

export interface SpoolOptions {
  /** Made if it is missing. It holds the spools of one machine. */
  readonly directory: string
  /** The most bytes of this spool's files. Files that ended processes have left count once they are taken over. */
  readonly maxBytes: number
  /** The most bytes of one entry, so that no file makes the process read more at once. */
  readonly maxEntryBytes: number
  /** Called with the number of records that are dropped: the oldest for lack of room, and damaged ones. */
  readonly onDropped: (records: number) => void
  /** Called with the number of records that are taken over, before any of them is read. */
  readonly onFound: (records: number) => void
  /** Called when the disk fails, and for damaged bytes and files that are not trusted. */
  readonly onFailure: (error: Error) => void
}

/** An entry that was read and is not done, and its segment. */
interface Held {
  readonly entry: SpooledEntry
  readonly segment: Segment
}

/**
 * Batches of records on disk, first in, first out, for this process and those after it. They outlive
 * `process.exit()` and SIGKILL, but are not synced against a power failure. At `maxBytes` the oldest
 * segment is dropped: about an eighth of it, at most 8 MiB.
 */
export class Spool {
  readonly #options: SpoolOptions
  readonly #directory: string
  readonly #lock: SpoolLock
  readonly #segments: SegmentList
  readonly #appends: AppendQueue
  /** Oldest first. */
  #held: Held[] = []
  #reading: Promise<void> | undefined
  #closed = false

  /** @throws Error if the folder cannot be made, written or locked, or if others may write to it */
  static open(options: SpoolOptions): Spool {
    const directory = resolve(options.directory)
    makeFolder(directory)
    return new Spool(options, directory, SpoolLock.acquire(directory))
  }

  private constructor(options: SpoolOptions, directory: string, lock: SpoolLock) {
    this.#options = options
    this.#directory = directory
    this.#lock = lock
    this.#segments = new SegmentList({ ...options, directory, owner: lock.owner })
    this.#appends = new AppendQueue((entry) => {
      if (this.#closed) throw new Error('the spool is closed')
      return this.#segments.slotFor(entry)
    })
  }

  /** Records on disk that are not done: own ones and those taken over. */
  get records(): number {
    return this.#held.reduce((sum, { entry }) => sum + entry.records, this.#segments.records)
  }

  /**
   * Takes over what ended processes have left in the folder, the oldest first, as far as `maxBytes`
   * allows; the rest is for other processes, or for the next call. Never rejects.
   * @returns how many records
   */
  async adopt(): Promise<number> {
    const mayTake = (bytes: number): boolean => !this.#closed && this.#segments.fits(bytes)
    const { onFound, onFailure, maxEntryBytes } = this.#options
    let records = 0
    try {
      const folder = { directory: this.#directory, lock: this.#lock, maxEntryBytes }
      for await (const segment of adoptSegments(folder, mayTake, onFailure)) {
        if (this.#closed) break
        onFound(segment.records)
        this.#segments.add(segment)
        records += segment.records
      }
    } catch (error) {
      onFailure(error as Error)
    }
    return records
  }

  /** @throws Error if the disk does not take the entry, if it is larger than `maxBytes`, or if the spool is closed */
  append(entry: SpoolEntry): Promise<void> {
    return this.#appends.append(entry)
  }

  /**
   * Appends synchronously, for the end of the process. First it completes the unfinished calls of `append()`. The same
   * entry object is stored once, even if `append()` got it before.
   * @throws Error in the same cases as `append()`
   */
  appendSync(entry: SpoolEntry): void {
    this.#appends.appendSync(entry)
  }

  /**
   * Puts entries before all others, synchronously.
   * @throws Error if the disk does not take them
   */
  prependSync(entries: readonly SpoolEntry[]): void {
    this.#segments.prependSync(entries)
  }

  /**
   * Returns the oldest entry that is not done, the same one until it is done. Returns `undefined` if there is none, or if
   * it cannot be read now.
   */
  next(): Promise<SpooledEntry | undefined> {
    return this.peek(0)
  }

  /** The entry so many places behind {@link next}. */
  async peek(after: number): Promise<SpooledEntry | undefined> {
    while (this.#held.length <= after) {
      const before = this.#held.length
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined
      })
      await this.#reading
      if (this.#held.length <= before) return undefined
    }
    return this.#held[after]?.entry
  }

  /** Completes all appends synchronously, and counts entries whose file is gone as dropped. The process may be ending. */
  settle(): void {
    this.#appends.completeSync()
    this.#segments.removeLost()
    for (const { entry, segment } of this.#held) if (segment.removed) this.#options.onDropped(entry.records)
    this.#held = this.#held.filter(({ segment }) => !segment.removed)
  }

  /** Settles, and leaves all entries that are not done to other processes. */
  close(): void {
    if (this.#closed) return
    this.settle()
    this.#closed = true
    this.#segments.close()
    this.#lock.release()
  }

  /** Reads one more entry, if there is one. */
  async #read(): Promise<void> {
    let segment: Segment | undefined = this.#segments.first
    while (segment && !this.#closed) segment = await this.#readFrom(segment)
  }

  /** Reads an entry of the segment. @returns where to go on if there is none */
  async #readFrom(segment: Segment): Promise<Segment | undefined> {
    const segments = this.#segments
    try {
      const stored = await segment.read(this.#options.onFailure)
      if (segment.removed || this.#closed) return segments.first
      if (stored) return void this.#hold(stored, segment)
      if (segment.writing) await this.#appends.running
      else if (segment.isRead && !this.#removeRead(segment)) return segments.after(segment)
    } catch (error) {
      if (segment.removed || this.#closed) return segments.first
      this.#options.onFailure(error as Error)
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return undefined
      segments.remove(segment)
    }
    return segments.first
  }

  #hold(stored: StoredEntry, segment: Segment): void {
    const { records, bytes } = stored
    const entry: SpooledEntry = {
      records,
      bytes,
      done: () => {
        const place = this.#held.findIndex((held) => held.entry === entry)
        if (place < 0 || this.#closed) return
        this.#held.splice(place, 1)
        if (segment.removed) return
        this.#segments.attempt(() => segment.markDone(stored))
        this.#removeRead(segment)
      },
    }
    segment.records -= records // dropping the segment does not drop what is held
    this.#held.push({ entry, segment })
  }

  /** Removes a segment of which all is done. @returns whether it is removed */
  #removeRead(segment: Segment): boolean {
    const isDone = segment.isRead && !segment.writing && !this.#held.some((held) => held.segment === segment)
    if (isDone) this.#segments.remove(segment)
    return isDone
  }
}
