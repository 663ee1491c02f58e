import type { Account } from '../handler/account.js'
import type { Chunk, Part } from './chunk.js'

/** How records end. */
export type Outcome = 'countDelivered' | 'countDropped' | 'countStored'

/** Removes records from their chunk and counts them. @returns how many there were */
export function settle(account: Account, outcome: Outcome, chunk: Chunk, part: Part = chunk.rest()): number {
  let settled = 0
  for (const { receipt, records } of chunk.remove(part)) {
    account[outcome](receipt, records)
    settled += records
  }
  return settled
}
