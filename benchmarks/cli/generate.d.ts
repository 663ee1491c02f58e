export interface GenerateOptions {
  /** How many records. Default: 1,000. */
  records?: number
  /** Default: 1. */
  seed?: number
  /** From the first record to the last. Default: 800 ms a record. */
  periodMs?: number
  /** False for a log without any cause to find. Default: true. */
  planted?: boolean
  /** The first record's time in milliseconds. Default: 2026-10-01 in UTC. */
  start?: number
  /** How many pieces of dirt for each record, from 0 to 1. Default: 0. */
  dirtShare?: number
}

/** Where the planted causes lie; times are shares of the period. */
export const PLANTED: {
  slowQuery: { view: string; key: string; value: string }
  step: { view: string; at: number; version: [string, string] }
  repeat: { view: string; sql: string }
  errorBurst: { view: string; type: string; from: number; until: number }
}

/** Records in the order of their times; the same options give the same records. */
export function records(options?: GenerateOptions): Generator<Record<string, unknown>>

/** The records as lines with their line ends, with `dirtShare` other pieces between them. */
export function lines(options?: GenerateOptions): Generator<string>
