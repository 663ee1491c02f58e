import type { SpoolEntry } from './frame.js'

/** A place in the spool for one entry. It can be written repeatedly. `keep()` or `giveUp()` ends it. */
export interface Slot {
  write(): Promise<void>
  writeSync(): void
  keep(): void
  giveUp(): void
}

interface Append {
  readonly entry: SpoolEntry
  slot?: Slot
  error?: Error
  readonly settle: (error?: Error) => void
}

/**
 * Writes entries one at a time. At exit, it repeats the unfinished write synchronously at the same place, so that the
 * entry is in the spool exactly once.
 */
export class AppendQueue {
  readonly #makeSlot: (entry: SpoolEntry) => Slot
  readonly #kept = new WeakSet<SpoolEntry>()
  #waiting: Append[] = []
  #working = false
  #running: Promise<void> | undefined

  /** @param makeSlot returns a place for an entry; throws if there is none */
  constructor(makeSlot: (entry: SpoolEntry) => Slot) {
    this.#makeSlot = makeSlot
  }

  /** The unfinished write; never rejects. */
  get running(): Promise<void> | undefined {
    return this.#running
  }

  append(entry: SpoolEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, settle: (error) => (error ? reject(error) : resolve()) })
      if (!this.#working) this.#work()
    })
  }

  /** Appends after all waiting entries. An entry that waits itself, or was appended before, is not appended again. */
  appendSync(entry: SpoolEntry): void {
    if (this.#kept.has(entry)) return
    const waiting = this.#waiting.find((append) => append.entry === entry)
    const append: Append = waiting ?? { entry, settle: () => {} }
    if (!waiting) this.#waiting.push(append)
    this.completeSync()
    if (append.error) throw append.error
  }

  /** Writes all waiting entries synchronously. When one fails, all later ones fail too, because none may overtake it. */
  completeSync(): void {
    let failure: Error | undefined
    for (let append = this.#waiting[0]; append; append = this.#waiting[0]) {
      try {
        if (failure) throw failure
        append.slot ??= this.#makeSlot(append.entry)
        append.slot.writeSync()
        this.#end(append)
      } catch (error) {
        failure = error as Error
        this.#end(append, failure)
      }
    }
  }

  async #work(): Promise<void> {
    this.#working = true
    for (let append = this.#waiting[0]; append; append = this.#waiting[0]) {
      try {
        append.slot = this.#makeSlot(append.entry)
        const write = append.slot.write()
        this.#running = write.catch(() => {})
        await write
        this.#end(append)
      } catch (error) {
        this.#end(append, error as Error)
      }
    }
    this.#working = false
    this.#running = undefined
  }

  #end(append: Append, error?: Error): void {
    if (append !== this.#waiting[0]) return // completed synchronously in the meantime
    this.#waiting.shift()
    if (error) append.error = error
    else this.#kept.add(append.entry)
    if (error) append.slot?.giveUp()
    else append.slot?.keep()
    append.settle(error)
  }
}
