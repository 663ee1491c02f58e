import type { Account } from '../handler/account.js'
import type { Failures } from '../handler/failures.js'
import type { Chunk, Part } from './chunk.js'
import type { Store } from './store.js'

/** What {@link Outcomes} uses. */
export interface OutcomeParts {
  readonly account: Account
  readonly failures: Failures
  readonly store: Store | undefined
  /** The records of the part as text for people, one line of JSON each. */
  describe(part: Part): string
}

/** How records end: removes them from their chunk, counts them, and reports those that are lost. */
export class Outcomes {
  readonly #parts: OutcomeParts

  constructor(parts: OutcomeParts) {
    this.#parts = parts
  }

  /** A server has acknowledged the records. */
  recordDelivered(chunk: Chunk, part: Part): void {
    this.#settle('countDelivered', chunk, part)
  }

  /** All records of the chunk are in the spool. */
  recordStored(chunk: Chunk): void {
    this.#settle('countStored', chunk)
  }

  /** Drops all records of the chunks. @param reason by default the error of the newest failure */
  drop(chunks: readonly Chunk[], reason?: string): void {
    const dropped = chunks.reduce((sum, chunk) => sum + this.#settle('countDropped', chunk), 0)
    this.#parts.failures.recordDrops(dropped, reason)
  }

  /** Drops records that must not be sent again. With a spool they are kept in a file. */
  reject(chunk: Chunk, part: Part, reason: string): void {
    const { failures, store, describe } = this.#parts
    const path = store?.keepAside(() => describe(part))
    const dropped = this.#settle('countDropped', chunk, part)
    failures.recordDrops(dropped, path === undefined ? reason : `${reason}; they are kept in ${path}`)
  }

  /** @returns how many records there were */
  #settle(
    outcome: 'countDelivered' | 'countDropped' | 'countStored',
    chunk: Chunk,
    part: Part = chunk.rest(),
  ): number {
    let settled = 0
    for (const { receipt, records } of chunk.remove(part)) {
      this.#parts.account[outcome](receipt, records)
      settled += records
    }
    return settled
  }
}
