import { onTestFinished } from 'vitest'
import { insertRecords } from '../../src/store/insert-records.js'
import { type OpenStore, openStore } from '../../src/store/open.js'

export type Raw = Record<string, unknown>

/** A store that holds these records, until the test is over. */
export async function storeOf(records: readonly Raw[]): Promise<OpenStore> {
  const store = await openStore()
  onTestFinished(() => store.close())
  await insertRecords(store, records)
  return store
}
