import { followInto } from '../input/follow-into.js'
import { noCounts } from '../input/intake.js'
import { load } from '../input/load.js'
import type { RecordOptions } from '../input/record.js'
import { expandLive, findSources, type Source } from '../input/sources.js'
import type { OpenStore } from '../store/open.js'
import type { DashboardLog, Progress } from './log.js'

const COMPRESSED = /\.(?:gz|zst|bz2|xz)$/i
/** The last line may be cut, and waits for its end. */
const CUT_LINE_BYTES = 65_536
/** A clock ahead by more is wrong: its records must not decide where the page's range of time ends. */
const AHEAD_MS = 86_400_000

/**
 * Reads a log into a store while questions are asked of it: first the files that were put aside by a rotation, then
 * those that may grow, which it follows until it is stopped.
 */
export class Reading implements DashboardLog {
  readonly store: OpenStore
  readonly #sources: readonly Source[]
  readonly #live: readonly string[]
  readonly #counts = noCounts()
  #progress: Progress = { ...noCounts(), last: null, is_loading: false, loaded: 0, notices: [] }
  #readBytes = 0
  #update: 'none' | 'running' | 'again' = 'none'

  private constructor(store: OpenStore, sources: readonly Source[], live: readonly string[]) {
    this.store = store
    this.#sources = sources
    this.#live = live
  }

  /** @throws InputError if a path cannot be read at all */
  static async of(store: OpenStore, paths: readonly string[]): Promise<Reading> {
    const sources = await findSources(paths)
    const mayGrow = new Set(await expandLive(paths))
    const live = sources.map(({ path }) => path).filter((path) => mayGrow.has(path) && !COMPRESSED.test(path))
    return new Reading(store, sources, live)
  }

  get files(): readonly string[] {
    return this.#sources.map(({ path }) => path)
  }

  progress(): Progress {
    return this.#progress
  }

  /** Reads until the signal is aborted. What stops it before is a notice on the page. */
  async run(options: RecordOptions, signal: AbortSignal): Promise<void> {
    this.#publish(null)
    try {
      await this.#loadRotated(options, signal)
      const done = this.#readBytes
      await followInto(this.store, this.#live, {
        ...options,
        signal,
        from: 'start',
        counts: this.#counts,
        onAdded: (_counts, bytes) => void this.#added(done + bytes),
      })
    } catch (error) {
      if (!signal.aborted) this.#note(`Reading stopped: ${(error as Error).message}`)
    }
  }

  async #loadRotated(options: RecordOptions, signal: AbortSignal): Promise<void> {
    const paths = this.files.filter((path) => !this.#live.includes(path))
    if (paths.length === 0) return
    const { damaged } = await load(this.store, paths, {
      ...options,
      signal,
      onProgress: ({ pieces, requests, labelled, rejected, blank, readBytes }) => {
        Object.assign(this.#counts, { pieces, requests, labelled, rejected, blank })
        void this.#added(readBytes)
      },
    })
    for (const { path, reason } of damaged)
      this.#note(`Only the first part of ${path} could be read: ${reason}.`)
  }

  #note(notice: string): void {
    this.#progress = { ...this.#progress, notices: [...this.#progress.notices, notice] }
  }

  /** Publishes what can be queried now; while that takes its time, later calls are taken together. */
  async #added(readBytes: number): Promise<void> {
    this.#readBytes = Math.max(this.#readBytes, readBytes)
    if (this.#update !== 'none') {
      this.#update = 'again'
      return
    }
    do {
      this.#update = 'running'
      const last = await this.#lastTime().catch(() => null) // the store is closed
      this.#publish(last)
    } while ((this.#update as string) === 'again')
    this.#update = 'none'
  }

  #publish(last: number | null): void {
    const { requests, labelled, rejected, blank } = this.#counts
    const total = this.#sources.reduce((sum, { size }) => sum + size, 0)
    this.#progress = {
      requests,
      labelled,
      rejected,
      blank,
      last,
      loaded: total > 0 ? Math.min(1, this.#readBytes / total) : 1,
      is_loading: total - this.#readBytes > CUT_LINE_BYTES,
      notices: this.#progress.notices,
    }
  }

  async #lastTime(): Promise<number | null> {
    const latest = 'SELECT max(time) AS time FROM'
    const isPlausible = 'WHERE epoch_ms(time) < $until'
    const [row] = await this.store.query<{ last: number | null }>(
      `SELECT max(time) AS last FROM (${latest} requests ${isPlausible} UNION ALL ${latest} actions ${isPlausible})`,
      { until: Date.now() + AHEAD_MS },
    )
    return row?.last ?? null
  }
}
