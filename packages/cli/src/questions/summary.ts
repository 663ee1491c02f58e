import type { Store } from '../store/store.js'
import type { Latency, Outcomes } from './latency.js'
import type { Scope } from './scope.js'

/** The figures of the whole scope. */
export interface Summary extends Outcomes, Latency {
  /** Time of the first and of the last request or labelled record in the scope; null if there is none. */
  first: number | null
  last: number | null
  views: number
  users: number
  /** Requests with an exception, whatever their status. */
  exceptions: number
  /** Requests that repeated a statement (N+1). */
  repeats: number
  /** Sum of total_time, without long-lived responses, in milliseconds. */
  waiting_time: number
  /** Sum of the same requests' sql_time. */
  sql_time: number
  /** Labelled records in the scope. */
  labelled: number
  /** Requests in the scope by crawlers and health checks. */
  bots: number
  /** What the store holds, whatever the scope. */
  store: { requests: number; labelled: number; rejected: number }
}

/** Answers: how much, how fast, how often wrong? */
export async function summary(
  _store: Store,
  _scope: Scope,
  _options: object = {},
  _signal?: AbortSignal,
): Promise<Summary> {
  throw new Error('summary is not built yet')
}
