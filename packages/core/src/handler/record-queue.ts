import type { HandlerStats } from './handler.js'

interface Item {
  readonly text: string
  readonly bytes: number
}

/** Records taken from the queue to be written together. Ends with `delivered()` or `dropped()`, once. */
export interface Batch {
  /** All that were taken. */
  readonly text: string
  /** How many those are that {@link Batch.deliveredWithin} has not taken out. */
  readonly records: number
  delivered(): void
  /**
   * Counts as delivered those that end within the next `bytes` (UTF-8) of the batch, and takes them out of it.
   * @returns the bytes these have
   */
  deliveredWithin(bytes: number): number
  dropped(): void
}

/**
 * The written-out records a handler still has to deliver, and the account of all it ever got.
 * Bounded by bytes: what does not fit is dropped oldest first and counted; what is in a batch counts as
 * room taken, but is not dropped. A record larger than the bound is dropped itself.
 */
export class RecordQueue {
  readonly #maxBytes: number
  readonly #onDrop: (records: number) => void
  readonly #batches = new Set<{ readonly first: number }>()
  #flushes: { readonly upTo: number; readonly resolve: () => void }[] = []
  #items: (Item | undefined)[] = []
  #head = 0
  #bytes = 0
  #added = 0
  #emitted = 0
  #delivered = 0
  #dropped = 0

  /**
   * @param maxBytes the bound (UTF-8)
   * @param onDrop told how many were dropped for lack of room
   */
  constructor(maxBytes: number, onDrop: (records: number) => void) {
    this.#maxBytes = maxBytes
    this.#onDrop = onDrop
  }

  get isEmpty(): boolean {
    return this.#head === this.#items.length
  }

  /** How much it holds, batches included (UTF-8). */
  get bytes(): number {
    return this.#bytes
  }

  /** Takes a record's text, drops the oldest waiting ones if that makes it too much. */
  add(text: string): void {
    const bytes = Buffer.byteLength(text)
    if (bytes > this.#maxBytes) {
      this.refuse()
      return this.#onDrop(1)
    }
    this.#emitted++
    this.#added++
    this.#items.push({ text, bytes })
    this.#bytes += bytes
    let dropped = 0
    while (this.#bytes > this.#maxBytes && !this.isEmpty) {
      this.#bytes -= this.#shift().bytes
      dropped++
    }
    if (dropped === 0) return
    this.#dropped += dropped
    this.#endFlushes()
    this.#onDrop(dropped)
  }

  /** Counts a record that came after the end. */
  refuse(): void {
    this.#emitted++
    this.#dropped++
  }

  /** The next records, at least one, together at most `maxBytes`; `undefined` if none waits. */
  take(maxBytes: number): Batch | undefined {
    if (this.isEmpty) return undefined
    const first = this.#firstWaiting()
    const taken = { first }
    const sizes: number[] = []
    let text = ''
    let bytes = 0
    for (let next = this.#items[this.#head]; next; next = this.#items[this.#head]) {
      if (bytes + next.bytes > maxBytes && sizes.length > 0) break
      this.#shift()
      text += next.text
      bytes += next.bytes
      sizes.push(next.bytes)
    }
    this.#batches.add(taken)
    let at = 0
    const settle = (count: 'delivered' | 'dropped'): void => {
      if (!this.#batches.delete(taken)) return
      this.#bytes -= bytes
      if (count === 'delivered') this.#delivered += sizes.length - at
      else this.#dropped += sizes.length - at
      this.#endFlushes()
    }
    return {
      text,
      get records() {
        return sizes.length - at
      },
      delivered: () => settle('delivered'),
      deliveredWithin: (most) => {
        if (!this.#batches.has(taken)) return 0
        let ended = 0
        for (let size = sizes[at]; size !== undefined && ended + size <= most; size = sizes[++at])
          ended += size
        this.#delivered += at - (taken.first - first)
        taken.first = first + at
        this.#bytes -= ended
        bytes -= ended
        if (at === sizes.length) this.#batches.delete(taken)
        this.#endFlushes()
        return ended
      },
      dropped: () => settle('dropped'),
    }
  }

  /** Resolves when all added so far is delivered or dropped, also while more comes. */
  async settled(): Promise<void> {
    const upTo = this.#added
    if (this.#firstPending() < upTo)
      await new Promise<void>((resolve) => this.#flushes.push({ upTo, resolve }))
  }

  stats(): HandlerStats {
    return {
      emitted: this.#emitted,
      delivered: this.#delivered,
      dropped: this.#dropped,
      pending: this.#emitted - this.#delivered - this.#dropped,
    }
  }

  #firstWaiting(): number {
    return this.#added - (this.#items.length - this.#head)
  }

  #firstPending(): number {
    let first = this.#firstWaiting()
    for (const batch of this.#batches) first = Math.min(first, batch.first)
    return first
  }

  #endFlushes(): void {
    if (this.#flushes.length === 0) return
    const first = this.#firstPending()
    for (const flush of this.#flushes) if (flush.upTo <= first) flush.resolve()
    this.#flushes = this.#flushes.filter(({ upTo }) => upTo > first)
  }

  #shift(): Item {
    const item = this.#items[this.#head] as Item
    this.#items[this.#head++] = undefined // or a dropped record's text would stay in memory
    if (this.#head === this.#items.length || this.#head >= 10_000) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}
