import type { Account } from '../handler/account.js'
import type { Chunk, Part } from './chunk.js'

/** What became of records. */
export type Outcome = 'countDelivered' | 'countDropped' | 'countStored'

/** Takes records out of their chunk and accounts for them. @returns how many they were */
export function settle(account: Account, outcome: Outcome, chunk: Chunk, part: Part = chunk.rest()): number {
  let settled = 0
  for (const { receipt, records } of chunk.remove(part)) {
    account[outcome](receipt, records)
    settled += records
  }
  return settled
}
