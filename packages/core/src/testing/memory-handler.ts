import { Account } from '../handler/account.js'
import type { Handler } from '../handler/handler.js'
import { plainRecord } from '../record/json.js'
import { type ActionLogRecord, type ActionRecord, FOOTPRINT, type Footprint } from '../record/record.js'

/** A handler for tests that keeps the records in memory, as JSON would hold them. */
export interface MemoryHandler extends Handler {
  /** All records so far, in order. */
  readonly records: ActionLogRecord[]
  /** The footprints among them. */
  readonly footprints: Footprint[]
  /** The records with this label. */
  labelled(label: string): ActionRecord[]
  /** Removes the records; the counts stay. */
  clear(): void
}

/** Makes a handler for tests: `createActionLog({ handler: memoryHandler() })`. It keeps every record, without a bound. */
export function memoryHandler(): MemoryHandler {
  const records: ActionLogRecord[] = []
  const account = new Account()
  let isClosed = false
  return {
    records,
    get footprints() {
      return records.filter((record): record is Footprint => record.label_name === FOOTPRINT)
    },
    labelled: (label) => records.filter((record): record is ActionRecord => record.label_name === label),
    clear: () => {
      records.length = 0
    },
    emit: (record) => {
      if (isClosed) return account.countRefused()
      const receipt = account.countEmitted()
      records.push(plainRecord(record) as unknown as ActionLogRecord)
      account.countDelivered(receipt)
    },
    flush: () => account.settled(),
    close: async () => {
      isClosed = true
    },
    stats: () => account.stats(),
  }
}
