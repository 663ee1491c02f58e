import type { OpenStore } from '../../store/open.js'
import { Batches } from '../batch.js'
import { type Counts, Intake } from '../intake.js'
import type { RecordOptions } from '../record.js'
import { type FollowOptions, follow } from './follow.js'

const FLUSH_MS = 250

export interface FollowIntoOptions extends FollowOptions, RecordOptions {
  /** Counts on from these, of what was loaded before; changed in place. */
  counts: Counts
  /** Called when new pieces can be queried. */
  onAdded?: (counts: Counts) => void
}

/** Follows files, see `follow()`, into the store: what is written can be queried within half a second. */
export async function followInto(
  store: OpenStore,
  paths: readonly string[],
  { counts, onAdded, ...options }: FollowIntoOptions,
): Promise<void> {
  const intakes = new Map<string, Intake>()
  const batches = new Batches(store.filling)
  const tell = (): void => onAdded?.(counts)
  let failure: unknown
  const timer = setInterval(() => void batches.flush(tell).catch((error) => (failure = error)), FLUSH_MS)
  try {
    for await (const { path, bytes } of follow(paths, options)) {
      if (failure) throw failure
      const intake = intakes.get(path) ?? new Intake(path, counts, options)
      intakes.set(path, intake)
      intake.addLines(bytes, batches.current)
      if (batches.current.isFull) await batches.flush(tell)
    }
    for (const intake of intakes.values()) intake.end(batches.current)
    await batches.flushAll(tell)
  } finally {
    clearInterval(timer)
  }
}
