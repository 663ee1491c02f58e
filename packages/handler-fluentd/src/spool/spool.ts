import { accessSync, constants, mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { ActionLogError, messageOf } from '@actionlog/core'
import { adoptSegments } from './adoption.js'
import { AppendQueue } from './appends.js'
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
  /** Made if missing. For the spools of one machine, and for nothing else. */
  readonly directory: string
  /** Bounds this spool's files; what ended processes have left counts once it is taken over. */
  readonly maxBytes: number
  /** Told how many records are given up: the oldest for lack of room, and damaged ones. */
  readonly onDropped: (records: number) => void
  /** Told when the disk fails, and of damaged bytes. */
  readonly onTrouble: (error: Error) => void
}

/**
 * Batches of records on disk, first in, first out, for this process and those after it. They outlive
 * `process.exit()` and SIGKILL, but are not synced against a power failure. At `maxBytes` the oldest
 * segment, about an eighth of it and at most 8 MiB, is dropped.
 */
export class Spool {
  readonly #options: SpoolOptions
  readonly #directory: string
  readonly #lock: SpoolLock
  readonly #segments: SegmentList
  readonly #appends: AppendQueue
  #current: { readonly entry: SpooledEntry; readonly segment: Segment } | undefined
  #reading: Promise<SpooledEntry | undefined> | undefined
  #closed = false

  /** @throws ActionLogError `handler_failed` if the folder cannot be made, written or locked */
  constructor(options: SpoolOptions) {
    const { directory, maxBytes, onDropped, onTrouble } = options
    this.#options = options
    this.#directory = resolve(directory)
    this.#lock = lockFolder(this.#directory)
    this.#segments = new SegmentList(this.#directory, this.#lock.owner, maxBytes, onDropped, onTrouble)
    this.#appends = new AppendQueue((entry) => {
      if (this.#closed) throw new Error('the spool is closed')
      return this.#segments.slotFor(entry)
    })
  }

  /** On disk and not done, own ones and those taken over. */
  get records(): number {
    return this.#segments.records + (this.#current?.entry.records ?? 0)
  }

  /**
   * Takes over what ended processes have left in the folder, the oldest first, as far as `maxBytes`
   * allows; the rest is for other processes, or for the next call. Never rejects.
   * @returns how many records
   */
  async adopt(): Promise<number> {
    const mayTake = (bytes: number): boolean => !this.#closed && this.#segments.fits(bytes)
    const { onTrouble } = this.#options
    let records = 0
    try {
      for await (const segment of adoptSegments(this.#directory, this.#lock, mayTake, onTrouble)) {
        if (this.#closed) break
        this.#segments.add(segment)
        records += segment.records
      }
    } catch (error) {
      onTrouble(error as Error)
    }
    return records
  }

  /** Rejects if the disk does not take the entry, it is larger than `maxBytes`, or the spool is closed. */
  append(entry: SpoolEntry): Promise<void> {
    return this.#appends.append(entry)
  }

  /**
   * Appends without waiting, for the end of the process: first what `append()` got and has not ended.
   * The same entry object is stored once, also if `append()` got it before.
   * @throws Error where `append()` rejects
   */
  appendSync(entry: SpoolEntry): void {
    this.#appends.appendSync(entry)
  }

  /**
   * Puts entries before all others, without waiting.
   * @throws Error if the disk does not take them
   */
  prependSync(entries: readonly SpoolEntry[]): void {
    this.#segments.prependSync(entries)
  }

  /** The oldest entry that is not done, the same one until it is; `undefined` if there is none, or it cannot be read now. */
  next(): Promise<SpooledEntry | undefined> {
    if (this.#current) return Promise.resolve(this.#current.entry)
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  /** Ends what `append()` got, and leaves all that is not done to other processes. */
  close(): void {
    if (this.#closed) return
    this.#appends.completeSync()
    this.#closed = true
    if (this.#current?.segment.removed) {
      this.#options.onDropped(this.#current.entry.records)
      this.#current = undefined
    }
    this.#segments.close()
    this.#lock.release()
  }

  async #read(): Promise<SpooledEntry | undefined> {
    const segments = this.#segments
    for (let segment = segments.first; segment && !this.#closed; segment = segments.first) {
      try {
        const stored = await segment.read(this.#options.onTrouble)
        if (segment.removed || this.#closed) continue
        if (stored) return this.#handOut(stored, segment)
        if (segment.writing) await this.#appends.underWay
        else if (segment.isRead) segments.remove(segment)
      } catch (error) {
        if (segment.removed || this.#closed) continue
        this.#options.onTrouble(error as Error)
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return undefined
        segments.remove(segment)
      }
    }
    return undefined
  }

  #handOut(stored: StoredEntry, segment: Segment): SpooledEntry {
    const { records, bytes } = stored
    const entry: SpooledEntry = {
      records,
      bytes,
      done: () => {
        if (this.#current?.entry !== entry || this.#closed) return
        this.#current = undefined
        if (segment.removed) return
        this.#segments.attempt(() => segment.markDone(stored))
        if (segment.isRead && !segment.writing) this.#segments.remove(segment)
      },
    }
    segment.records -= records // dropping the segment does not drop what is in hand
    this.#current = { entry, segment }
    return entry
  }
}

function lockFolder(directory: string): SpoolLock {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    accessSync(directory, constants.W_OK)
    return new SpoolLock(directory)
  } catch (error) {
    throw new ActionLogError(
      'handler_failed',
      `@actionlog/handler-fluentd: options.spoolDir "${directory}" cannot be used: ${messageOf(error)}`,
      { cause: error },
    )
  }
}
