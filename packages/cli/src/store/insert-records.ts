import { requestLine } from './lines.js'
import type { OpenStore } from './open.js'

/** Puts plain records into a store: footprints as requests, all others as labelled records. */
export async function insertRecords(
  store: OpenStore,
  records: Iterable<Readonly<Record<string, unknown>>>,
): Promise<void> {
  const requests: string[] = []
  const actions: string[] = []
  for (const record of records) {
    if (record.label_name === 'footprint') requests.push(requestLine(record))
    else actions.push(`${JSON.stringify(record)}\n`)
  }
  await add(requests, (lines, longest) => store.filling.addRequests(lines, longest))
  await add(actions, (lines, longest) => store.filling.addActions(lines, longest))
}

async function add(
  lines: readonly string[],
  addLines: (lines: Uint8Array, longest: number) => Promise<void>,
): Promise<void> {
  const longest = lines.reduce((max, line) => Math.max(max, Buffer.byteLength(line)), 0)
  await addLines(Buffer.from(lines.join('')), longest)
}
