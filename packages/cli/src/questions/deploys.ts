import type { Store } from '../store/store.js'
import type { Scope } from './scope.js'

/** When a version was seen, by `extra.version`. */
export interface Deploy {
  version: string
  /** Its first and last request, in milliseconds since 1970. */
  first: number
  last: number
  requests: number
}

export interface Deploys {
  /** Requests in the scope that have a version. */
  requests: number
  /** In the order of first sight; the first one is no change. */
  deploys: readonly Deploy[]
}

/** Answers: when did a new version arrive? */
export async function deploys(
  _store: Store,
  _scope: Scope,
  _options: object = {},
  _signal?: AbortSignal,
): Promise<Deploys> {
  throw new Error('deploys is not built yet')
}
