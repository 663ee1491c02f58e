import type { Held } from '../questions/scope.js'
import type { Store } from '../store/store.js'

/** The log that a dashboard shows. It is asked again and again while it grows. */
export interface DashboardLog {
  readonly store: Store
  /** The files, as the command line names them. */
  readonly files: readonly string[]
  /** How far it is read. */
  progress(): Progress
}

/** What is read and can be asked about so far: *pieces = requests + labelled + rejected + blank*. */
export interface Progress extends Readonly<Held> {
  readonly blank: number
  /** The time of the newest record, in milliseconds since 1970; null if there is none. */
  readonly last: number | null
  /** Whether what the files held at the start is still being read. */
  readonly is_loading: boolean
  /** The part of it that is read, 0 to 1. */
  readonly loaded: number
  /** What the reader noticed, in sentences. */
  readonly notices: readonly string[]
}
