import type { SpoolEntry } from './frame.js'

/** A place in the spool for one entry. Written to any number of times, it ends with `kept()` or `failed()`. */
export interface Slot {
  write(): Promise<void>
  writeSync(): void
  kept(): void
  failed(): void
}

interface Append {
  readonly entry: SpoolEntry
  slot?: Slot
  error?: Error
  readonly settle: (error?: Error) => void
}

/**
 * Entries on their way to the disk, one at a time. At exit, what is under way is written once more, at
 * the same place, without waiting: so it is there, and there once.
 */
export class AppendQueue {
  readonly #makeSlot: (entry: SpoolEntry) => Slot
  readonly #kept = new WeakSet<SpoolEntry>()
  #waiting: Append[] = []
  #working = false
  #underWay: Promise<void> | undefined

  /** @param makeSlot throws if there is none */
  constructor(makeSlot: (entry: SpoolEntry) => Slot) {
    this.#makeSlot = makeSlot
  }

  /** The write that is under way; never rejects. */
  get underWay(): Promise<void> | undefined {
    return this.#underWay
  }

  append(entry: SpoolEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, settle: (error) => (error ? reject(error) : resolve()) })
      if (!this.#working) this.#work()
    })
  }

  /** Appends after all that waits. An entry that waits itself, or was appended, is not appended again. */
  appendSync(entry: SpoolEntry): void {
    if (this.#kept.has(entry)) return
    const waiting = this.#waiting.find((append) => append.entry === entry)
    const append: Append = waiting ?? { entry, settle: () => {} }
    if (!waiting) this.#waiting.push(append)
    this.completeSync()
    if (append.error) throw append.error
  }

  /** Writes all that waits, now. */
  completeSync(): void {
    for (let append = this.#waiting[0]; append; append = this.#waiting[0]) {
      try {
        append.slot ??= this.#makeSlot(append.entry)
        append.slot.writeSync()
        this.#end(append)
      } catch (error) {
        this.#end(append, error as Error)
      }
    }
  }

  async #work(): Promise<void> {
    this.#working = true
    for (let append = this.#waiting[0]; append; append = this.#waiting[0]) {
      try {
        append.slot = this.#makeSlot(append.entry)
        const write = append.slot.write()
        this.#underWay = write.catch(() => {})
        await write
        this.#end(append)
      } catch (error) {
        this.#end(append, error as Error)
      }
    }
    this.#working = false
    this.#underWay = undefined
  }

  #end(append: Append, error?: Error): void {
    if (append !== this.#waiting[0]) return // completed without waiting for it
    this.#waiting.shift()
    if (error) append.error = error
    else this.#kept.add(append.entry)
    if (error) append.slot?.failed()
    else append.slot?.kept()
    append.settle(error)
  }
}
