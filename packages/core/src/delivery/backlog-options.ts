import type { OutcomeParts } from './outcome.js'

export interface BacklogOptions {
  /** Milliseconds a record may wait for others. */
  readonly flushIntervalMs: number
  readonly maxBatchRecords: number
  readonly maxBatchBytes: number
  readonly maxBufferBytes: number
}

/** The parts that a backlog uses. */
export interface BacklogParts extends OutcomeParts {
  /** Whether records of that stream can be this handler's: a spool may hold others. */
  owns(stream: string): boolean
}
