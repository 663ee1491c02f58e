import type { Store } from '../store/store.js'
import type { Scope } from './scope.js'
import type { RequestList } from './slowest.js'

export interface RecentOptions {
  /** Default: 20. */
  limit?: number
  /** Only requests that were read before this one: the next page. */
  beforeId?: number
}

/** Answers: what came last? The newest first. */
export async function recent(
  _store: Store,
  _scope: Scope,
  _options: RecentOptions = {},
  _signal?: AbortSignal,
): Promise<RequestList> {
  throw new Error('recent is not built yet')
}
