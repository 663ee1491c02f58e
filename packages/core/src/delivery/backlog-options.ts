import type { Account } from '../handler/account.js'
import type { Failures } from '../handler/failures.js'
import type { Part } from './chunk.js'
import type { Store } from './store.js'

export interface BacklogOptions {
  /** Milliseconds a record may wait for others. */
  readonly flushIntervalMs: number
  readonly maxBatchRecords: number
  readonly maxBatchBytes: number
  readonly maxBufferBytes: number
}

/** The parts that a backlog uses. */
export interface BacklogParts {
  readonly account: Account
  readonly failures: Failures
  readonly store: Store | undefined
  /** The records of the part as text for people, one line of JSON each. */
  describe(part: Part): string
  /** Whether records of that stream can be this handler's: a spool may hold others. */
  owns(stream: string): boolean
}
