import type { Store } from '../store/store.js'
import type { Latency, Outcomes } from './latency.js'
import type { Scope } from './scope.js'

export interface UsersOptions {
  /** The largest first. Default: requests. */
  sort?: 'requests' | 'errors' | 'waiting_time' | 'p95' | 'last'
  /** Default: 50. */
  limit?: number
}

export interface User extends Outcomes, Latency {
  user: string
  waiting_time: number
  views: number
  first: number | null
  last: number | null
}

export interface Users {
  /** Requests in the scope, and those of them without a user. */
  requests: number
  anonymous: number
  /** How many users there are; `users` holds no more than the limit. */
  total: number
  users: readonly User[]
}

/** Answers: who uses the application, and who waits? */
export async function users(
  _store: Store,
  _scope: Scope,
  _options: UsersOptions = {},
  _signal?: AbortSignal,
): Promise<Users> {
  throw new Error('users is not built yet')
}
