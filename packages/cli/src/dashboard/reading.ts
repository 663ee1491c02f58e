import type { ReadPart } from '../input/file-head.js'
import { followInto } from '../input/follow/follow-into.js'
import { checkFollowable } from '../input/followable.js'
import { noCounts } from '../input/intake.js'
import { load } from '../input/load.js'
import type { RecordOptions } from '../input/record.js'
import { findSources } from '../input/sources.js'
import { plausibleUntil } from '../questions/buckets.js'
import { heldBy } from '../questions/held.js'
import { RollupBuilder } from '../questions/rollup/builder.js'
import type { Held } from '../questions/scope.js'
import type { OpenStore } from '../store/open.js'
import { FIRST_ACTION_ID } from '../store/schema.js'
import type { DashboardLog, Progress } from './log.js'

const COMPRESSED = /\.(?:gz|zst|bz2|xz)$/i

/** Reads a log into a store while questions are asked of it, and follows it until it is stopped. */
export class Reading implements DashboardLog {
  readonly store: OpenStore
  readonly files: readonly string[]
  readonly #paths: readonly string[]
  readonly #counts = noCounts()
  readonly #rollUp: RollupBuilder
  #progress: Progress = {
    ...{ requests: 0, labelled: 0, rejected: 0, blank: 0 },
    last: null,
    is_loading: true,
    loaded: 0,
    notices: [],
  }
  #loaded = 0
  #update: 'none' | 'running' | 'again' = 'none'

  private constructor(store: OpenStore, paths: readonly string[], files: readonly string[]) {
    this.store = store
    this.#rollUp = new RollupBuilder(store)
    this.#paths = paths
    this.files = files
  }

  /** @throws InputError if a path cannot be read at all */
  static async of(store: OpenStore, paths: readonly string[]): Promise<Reading> {
    checkFollowable(paths)
    const sources = await findSources(paths)
    return new Reading(
      store,
      paths,
      sources.map(({ path }) => path),
    )
  }

  progress(): Progress {
    return this.#progress
  }

  /** Reads until the signal is aborted. What stops it before is a notice on the page. */
  async run(options: RecordOptions, signal: AbortSignal): Promise<void> {
    try {
      const growing = this.#paths.filter((path) => !COMPRESSED.test(path))
      const onAdded = (): void => void this.#added(1)
      // standard input may never end: it is followed from its start
      if (growing.includes('-')) await this.#added(1)
      await followInto(this.store, growing, {
        ...options,
        signal,
        counts: this.#counts,
        onAdded,
        load: () => this.#load(options, signal),
      })
    } catch (error) {
      if (!signal.aborted) this.#note(`Reading stopped: ${(error as Error).message}`)
    }
  }

  /** Reads what is there, and gives how far. */
  async #load(options: RecordOptions, signal: AbortSignal): Promise<Iterable<ReadPart>> {
    const { counts, damaged, positions } = await load(this.store, this.#paths, {
      ...options,
      signal,
      isFollowed: true,
      onProgress: ({ pieces, requests, labelled, rejected, blank, readBytes, totalBytes }) => {
        Object.assign(this.#counts, { pieces, requests, labelled, rejected, blank })
        void this.#added(totalBytes > 0 ? Math.min(0.99, readBytes / totalBytes) : 0)
      },
    })
    Object.assign(this.#counts, counts)
    for (const { path, reason } of damaged)
      this.#note(`Only the first part of ${path} could be read: ${reason}.`)
    await this.#added(1)
    return positions.values()
  }

  #note(notice: string): void {
    this.#progress = { ...this.#progress, notices: [...this.#progress.notices, notice] }
  }

  /** Publishes what can be queried now; while that takes its time, later calls are taken together. */
  async #added(loaded: number): Promise<void> {
    this.#loaded = loaded
    if (this.#update !== 'none') {
      this.#update = 'again'
      return
    }
    do {
      this.#update = 'running'
      const loaded = this.#loaded
      try {
        await this.#publish(loaded)
        await this.#rollUp.advance(this.#progress.requests)
      } catch {} // the store is closed, or too full for sums: the next question says so
    } while ((this.#update as string) === 'again')
    this.#update = 'none'
  }

  async #publish(loaded: number): Promise<void> {
    const held = await heldBy(this.store)
    const newest = await this.#newestSince(this.#progress)
    const { notices, last } = this.#progress
    this.#progress = {
      ...held,
      blank: this.#counts.blank,
      last: newest === null ? last : Math.max(newest, last ?? newest),
      loaded,
      is_loading: loaded < 1,
      notices,
    }
  }

  /** The latest time of what came since the store held so much. */
  async #newestSince({ requests, labelled }: Held): Promise<number | null> {
    const [row] = await this.store.query<{ newest: number | null }>(
      `SELECT max(time) AS newest FROM (
        SELECT time FROM requests WHERE id >= ${requests} UNION ALL SELECT time FROM actions WHERE id >= ${FIRST_ACTION_ID + labelled})
      WHERE epoch_ms(time) < $until`,
      { until: plausibleUntil() },
    )
    return row?.newest ?? null
  }
}
