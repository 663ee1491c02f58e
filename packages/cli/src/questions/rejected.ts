import type { Store } from '../store/store.js'

export interface RejectedOptions {
  /** Default: 100. */
  limit?: number
}

export interface RejectedRow {
  file: string
  byte_offset: number
  /** Counted from 1. */
  line: number
  reason: string
  /** Its beginning. */
  text: string
}

export interface Rejected {
  /** All of the store: a rejected piece has no time and no field that a scope could choose by. */
  rejected: number
  reasons: readonly { reason: string; rejected: number }[]
  /** In the order of files and lines. */
  rows: readonly RejectedRow[]
}

/** Answers: which lines were no records, and why? */
export async function rejected(
  _store: Store,
  _options: RejectedOptions = {},
  _signal?: AbortSignal,
): Promise<Rejected> {
  throw new Error('rejected is not built yet')
}
