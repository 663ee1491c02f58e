import type { OutcomeParts } from './outcomes.js'

/** Limits of a backlog; each handler has options for them. */
export interface BacklogOptions {
  /** Milliseconds that a record may wait for others, to be sent with them. */
  readonly flushIntervalMs: number
  /** The most records that are sent in one message. A chunk with so many is sent at once. */
  readonly maxBatchRecords: number
  /** The most bytes of encoded records that are sent at once. A larger record is sent alone. */
  readonly maxBatchBytes: number
  /**
   * Bytes of memory for records, those being sent included. Beyond them, whole chunks are dropped, the oldest first. With a
   * spool, chunks go to disk once half of this is used. A record of more than half of this is dropped.
   */
  readonly maxBufferBytes: number
}

/** The parts that a backlog uses. */
export interface BacklogParts extends OutcomeParts {
  /** Whether records of that stream can be this handler's: a spool may hold others. */
  owns(stream: string): boolean
}
