import type { Scope } from '../../questions/scope.js'
import type { Store } from '../../store/store.js'
import type { Panel } from '../panel.js'

/** A question's answer, and what people see of it. */
export interface Section {
  /** Its name in JSON. */
  readonly name: string
  readonly answer: unknown
  readonly panels: readonly Panel[]
  /** What CSV has of it. Default: the first table. */
  readonly csv?: Panel
}

/** What all sections of one output are made of. */
export interface Asking {
  readonly store: Store
  readonly scope: Scope
  /** `--limit`. */
  readonly limit?: number
  readonly signal: AbortSignal
}

/** The limit for a question that would otherwise show `shown`. */
export function limitOf(asking: Asking, shown: number): { limit: number } {
  return { limit: asking.limit ?? shown }
}
