import { readFileSync } from 'node:fs'
import { insertRecords } from '../store/insert-records.js'
import { openStore } from '../store/open.js'
import type { Store } from '../store/store.js'
import { UsageError } from '../usage-error.js'
import type { Counts } from './head.js'
import type { ReportValues } from './lists.js'
import { Mask, type Masked } from './mask.js'

/** A log that was read into a store. */
export interface OpenLog {
  readonly store: Store
  readonly files: readonly string[]
  readonly bytes: number
  readonly counts: Counts
  readonly notices: readonly string[]
  readonly mask: Mask
  close(): Promise<void>
}

/** Reads the files into a store, whose questions see only what is not masked. */
export async function openLog(
  files: readonly string[],
  _values: ReportValues,
  what: ReadonlySet<Masked>,
  _signal: AbortSignal,
): Promise<OpenLog> {
  const mask = new Mask(what)
  const store = await openStore()
  let bytes = 0
  const records = []
  let rejected = 0
  let blank = 0
  for (const file of files) {
    let text = ''
    try {
      text = readFileSync(file === '-' ? 0 : file, 'utf8')
    } catch (error) {
      await store.close()
      throw new UsageError(`actionlog: ${file}: ${(error as Error).message}`)
    }
    bytes += text.length
    for (const line of text.split('\n').slice(0, -1)) {
      try {
        if (line === '') blank++
        else records.push(JSON.parse(line))
      } catch {
        rejected++
        await store.filling.addRejected([{ file, byte_offset: 0, line: 1, reason: 'not JSON', text: line }])
      }
    }
  }
  await insertRecords(store, records)
  await mask.apply(store)
  const requests = records.filter((record) => record.label_name === 'footprint').length
  const counts = {
    pieces: records.length + rejected + blank,
    requests,
    labelled: records.length - requests,
    rejected,
    blank,
  }
  return { store, files, bytes, counts, notices: [], mask, close: () => store.close() }
}
