import type { DashboardLog, Progress } from '../../dist/dashboard/log.js'
import { insertRecords } from '../../dist/store/insert-records.js'
import { type OpenStore, openStore } from '../../dist/store/open.js'
import type { SampleRecord } from './sample-log.ts'

export interface TestLog extends DashboardLog {
  /** Puts records in, as if they had been written to the file now. */
  add(records: readonly SampleRecord[]): Promise<void>
  /** The same for lines that are no records. */
  reject(lines: readonly string[]): Promise<void>
  readonly store: OpenStore
}

/** A log in a store without a file, for tests of the server and the page. */
export async function openTestLog(
  records: readonly SampleRecord[] = [],
  files: readonly string[] = ['my_action.log'],
): Promise<TestLog> {
  const store = await openStore()
  let progress: Progress = {
    requests: 0,
    labelled: 0,
    rejected: 0,
    blank: 0,
    last: null,
    is_loading: false,
    loaded: 1,
    notices: [],
  }
  const add = async (records: readonly SampleRecord[]): Promise<void> => {
    await insertRecords(store, records)
    const requests = records.filter(({ label_name }) => label_name === 'footprint').length
    const times = records.map(({ time }) => Date.parse(String(time)))
    progress = {
      ...progress,
      requests: progress.requests + requests,
      labelled: progress.labelled + records.length - requests,
      last: times.reduce((last, time) => Math.max(last, time), progress.last ?? 0),
    }
  }
  const reject = async (lines: readonly string[]): Promise<void> => {
    const place = { file: 'my_action.log', reason: 'not JSON' }
    await store.filling.addRejected(
      lines.map((text, i) => ({ ...place, byte_offset: i * 100, line: i + 1, text })),
    )
    progress = { ...progress, rejected: progress.rejected + lines.length }
  }
  if (records.length > 0) await add(records)
  return { store, files, progress: () => progress, add, reject }
}
