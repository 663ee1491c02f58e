import { RequestColumns } from './columns/request-columns.js'
import type { OpenStore } from './open.js'

/** Puts plain records into a store: footprints as requests, all others as labelled records. */
export async function insertRecords(
  { filling }: OpenStore,
  records: Iterable<Readonly<Record<string, unknown>>>,
): Promise<void> {
  const requests = new RequestColumns()
  const actions: string[] = []
  for (const record of records) {
    if (record.label_name === 'footprint') requests.addRecord(record)
    else actions.push(`${JSON.stringify(record)}\n`)
  }
  const longest = actions.reduce((max, line) => Math.max(max, Buffer.byteLength(line)), 0)
  if (requests.rows > 0) await filling.addRequests(requests.toRowGroup())
  await filling.addActions(Buffer.from(actions.join('')), longest)
}
