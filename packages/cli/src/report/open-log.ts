import { type Loaded, load } from '../input/load.js'
import { memoryLimit, recordOptions } from '../options/input-options.js'
import { type OpenStore, openStore } from '../store/open.js'
import { Progress } from '../terminal/progress.js'
import { formatCount } from '../terminal/units.js'
import type { Counts } from './head.js'
import type { ReportValues } from './lists.js'
import { Mask, type Masked } from './mask.js'

/** A log that was read into a store. */
export interface OpenLog {
  readonly store: OpenStore
  readonly files: readonly string[]
  readonly counts: Counts
  readonly notices: readonly string[]
  readonly mask: Mask
  close(): Promise<void>
}

/**
 * Reads the files into a store, whose questions see only what is not masked.
 * @throws UsageError, InputError
 */
export async function openLog(
  paths: readonly string[],
  values: ReportValues,
  what: ReadonlySet<Masked>,
  signal: AbortSignal,
): Promise<OpenLog> {
  const options = recordOptions(values)
  const store = await openStore(memoryLimit(values))
  const progress = new Progress()
  try {
    const onProgress = progress.show.bind(progress)
    const loaded = await load(store, paths, { ...options, signal, onProgress })
    const mask = new Mask(what)
    await mask.apply(store)
    const { counts, files } = loaded
    return { store, files, counts, notices: noticesOf(loaded), mask, close: () => store.close() }
  } catch (error) {
    await store.close()
    throw error
  } finally {
    progress.clear()
  }
}

/** What the reader of the report should know about the files. */
function noticesOf({ notices, damaged, assumedZone }: Loaded): string[] {
  const { nulBytes, notUtf8 } = notices
  return [
    ...damaged.map(({ path, reason }) => `Only the first part of ${path} could be read: ${reason}.`),
    ...(assumedZone === undefined
      ? []
      : [
          `${formatCount(notices.assumedZone)} times have no time zone: ${assumedZone} was assumed; --assume-tz sets another.`,
        ]),
    ...(nulBytes > 0 ? [`NUL bytes were removed from ${formatCount(nulBytes)} lines.`] : []),
    ...(notUtf8 > 0
      ? [
          `${formatCount(notUtf8)} lines are not valid UTF-8; the bytes that could not be read are shown as \ufffd.`,
        ]
      : []),
  ]
}
