import { onTestFinished } from 'vitest'
import { insertRecords } from '../../src/store/insert-records.js'
import { openStore } from '../../src/store/open.js'
import type { Store } from '../../src/store/store.js'

export type Raw = Record<string, unknown>

/** A store that holds these records, until the test is over. */
export async function storeOf(records: readonly Raw[]): Promise<Store> {
  const store = await openStore()
  onTestFinished(() => store.close())
  await insertRecords(store, records)
  return store
}
