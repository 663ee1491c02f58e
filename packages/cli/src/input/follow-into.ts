import type { OpenStore } from '../store/open.js'
import { Batch } from './batch.js'
import { type FollowOptions, follow } from './follow.js'
import { type Counts, Intake } from './intake.js'
import type { RecordOptions } from './record.js'

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
  let batch = new Batch()
  let spare = new Batch()
  let flushed: Promise<void> = Promise.resolve()
  let failure: unknown
  let isFilled = false
  const flush = async (): Promise<void> => {
    await flushed
    if (!isFilled) return
    const full = batch
    batch = spare
    spare = full
    isFilled = false
    flushed = full.flush(store.filling).then(() => onAdded?.(counts))
    flushed.catch((error) => (failure = error))
  }
  const timer = setInterval(() => void flush().catch(() => {}), FLUSH_MS)
  try {
    for await (const { path, bytes } of follow(paths, options)) {
      if (failure) throw failure
      const intake = intakes.get(path) ?? new Intake(path, counts, options)
      intakes.set(path, intake)
      intake.addLines(bytes, batch)
      isFilled = true
      if (batch.isFull) await flush()
    }
    for (const intake of intakes.values()) intake.end(batch)
    isFilled = true
    await flush()
    await flushed
  } finally {
    clearInterval(timer)
  }
}
