import type { Store } from '../store/store.js'
import { isHeldReject } from './held.js'
import type { Held } from './scope.js'

export interface RejectedOptions {
  /** Default: 100. */
  limit?: number
  /** Only what the store held at one moment. Default: all. */
  held?: Held | undefined
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
  store: Store,
  options: RejectedOptions = {},
  signal?: AbortSignal,
): Promise<Rejected> {
  const { limit = 100, held } = options
  const reasons = await store.query<{ reason: string; rejected: number }>(
    `SELECT reason, count(*) AS rejected FROM rejected WHERE ${isHeldReject(held)}
    GROUP BY reason ORDER BY rejected DESC, reason`,
    {},
    signal,
  )
  const rows = await store.query<RejectedRow>(
    `SELECT file, byte_offset, line, reason, text FROM rejected WHERE ${isHeldReject(held)}
    ORDER BY file, byte_offset LIMIT $limit`,
    { limit },
    signal,
  )
  return { rejected: reasons.reduce((sum, row) => sum + row.rejected, 0), reasons, rows }
}
