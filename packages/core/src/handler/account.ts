import type { HandlerStats } from './handler.js'

/** What {@link Account.countEmitted} returns: pass it to `countDelivered()` or `countDropped()` later. */
export interface Receipt {
  /** How many records of this receipt are pending. Records emitted between two calls of `flush()` share one. */
  readonly pending: number
}

/** The records that were emitted between two calls of `settled()`. */
class Round implements Receipt {
  pending = 0
  next: Round | undefined
  #isFirst: () => void = () => {}
  /** Resolves when no record of an earlier round is pending. */
  readonly beforeIsSettled: Promise<void>

  constructor(isFirst: boolean) {
    this.beforeIsSettled = isFirst
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.#isFirst = resolve
        })
  }

  becomeFirst(): void {
    this.#isFirst()
  }
}

/**
 * The account of a handler: `emitted === delivered + dropped + pending` at every moment, in whatever order records
 * are delivered or dropped.
 *
 * ```ts
 * const account = new Account()
 * const handler: Handler = {
 *   emit(record) {
 *     if (isClosed) return account.countRefused()
 *     const receipt = account.countEmitted()
 *     client.send(toJson(record), (error) =>
 *       error ? account.countDropped(receipt) : account.countDelivered(receipt))
 *   },
 *   flush: () => account.settled(),
 *   stats: () => account.stats(),
 *   …
 * }
 * ```
 */
export class Account {
  #emitted = 0
  #delivered = 0
  #dropped = 0
  /** The oldest round that has pending records, or the newest. */
  #first = new Round(true)
  #newest = this.#first
  readonly #stored = new Round(true)

  /** Counts records that were emitted: they are pending now. */
  countEmitted(records = 1): Receipt {
    this.#emitted += records
    this.#newest.pending += records
    return this.#newest
  }

  /** Counts records that were emitted after `close()`: they are dropped at once. */
  countRefused(records = 1): void {
    this.#emitted += records
    this.#dropped += records
  }

  /** Counts pending records as delivered. If `records` is more than the receipt has pending, the excess is ignored. */
  countDelivered(receipt: Receipt, records = 1): void {
    this.#delivered += this.#settle(receipt as Round, records)
  }

  /** Counts pending records as dropped. If `records` is more than the receipt has pending, the excess is ignored. */
  countDropped(receipt: Receipt, records = 1): void {
    this.#dropped += this.#settle(receipt as Round, records)
  }

  /**
   * Counts pending records as stored in something that outlives the process, such as a spool on disk. They stay pending,
   * but `settled()` no longer waits for them.
   */
  countStored(receipt: Receipt, records = 1): void {
    if (receipt !== this.#stored) this.#stored.pending += this.#settle(receipt as Round, records)
  }

  /** Counts records that an earlier process left in the store. They are emitted, pending and stored. */
  countFound(records: number): void {
    this.#emitted += records
    this.#stored.pending += records
  }

  /** The receipt of all stored records, for when they are delivered or dropped. */
  get stored(): Receipt {
    return this.#stored
  }

  /**
   * Resolves when every record emitted so far is delivered, dropped or stored, even if more are emitted meanwhile. A call
   * costs the same, however many callers wait.
   */
  settled(): Promise<void> {
    if (this.#newest.pending > 0) {
      this.#newest.next = new Round(false)
      this.#newest = this.#newest.next
    }
    return this.#newest.beforeIsSettled
  }

  /** The counts. */
  stats(): HandlerStats {
    const [emitted, delivered, dropped] = [this.#emitted, this.#delivered, this.#dropped]
    return { emitted, delivered, dropped, pending: emitted - delivered - dropped }
  }

  /** @returns how many of the records were pending */
  #settle(round: Round, records: number): number {
    const settled = Math.min(records, round.pending)
    round.pending -= settled
    while (this.#first.pending === 0 && this.#first.next) {
      this.#first = this.#first.next
      this.#first.becomeFirst()
    }
    return settled
  }
}
