import type { Store } from '../store/store.js'
import { PLAUSIBLE_FROM, plausibleUntil } from './buckets.js'
import { filterOf } from './filter.js'
import { heldBy } from './held.js'
import { type Latency, type Outcomes, type Precision, withPercentiles } from './latency.js'
import { rollupOf } from './rollup/rollup.js'
import type { Held, Scope } from './scope.js'
import { exactFigures, PERIOD, type Period, rolledFigures } from './summary-figures.js'

/** The figures of the whole scope. */
export interface Summary extends Outcomes, Latency, Precision {
  /** Time of the first and of the last request or labelled record in the scope; null if there is none. */
  first: number | null
  last: number | null
  /** Records that say they are from before 2000, or from tomorrow on; `first` and `last` leave them out. */
  implausible: number
  /** The earliest and the latest time of those; null if there is none. */
  implausible_first: number | null
  implausible_last: number | null
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
  /** What the store holds, whatever the filters. */
  store: Held
}

/** Answers: how much, how fast, how often wrong? */
export async function summary(
  store: Store,
  scope: Scope,
  _options: object = {},
  signal?: AbortSignal,
): Promise<Summary> {
  const filter = await filterOf(store, scope)
  const plausible = { plausible_from: PLAUSIBLE_FROM, plausible_until: plausibleUntil() }
  const params = { ...filter.params, ...plausible }
  const rollup = await rollupOf(store, scope, signal)
  const requests = rollup
    ? await rolledFigures(store, rollup, plausible, signal)
    : await exactFigures(store, filter.requests, params, signal)
  const [actions] = await store.query<Period & { labelled: number }>(
    `SELECT count(*) AS labelled, ${PERIOD} FROM actions WHERE ${filter.actions}`,
    params,
    signal,
  )
  if (!requests || !actions) throw new Error('@actionlog/cli: the store gave no figures')
  return {
    ...withPercentiles(requests),
    first: least(requests.first, actions.first),
    last: greatest(requests.last, actions.last),
    implausible: requests.implausible + actions.implausible,
    implausible_first: least(requests.implausible_first, actions.implausible_first),
    implausible_last: greatest(requests.implausible_last, actions.implausible_last),
    labelled: actions.labelled,
    store: scope.held ?? (await heldBy(store, signal)),
    ...(rollup && { approximate: true }),
  }
}

function least(a: number | null, b: number | null): number | null {
  return a === null || (b !== null && b < a) ? b : a
}

function greatest(a: number | null, b: number | null): number | null {
  return a === null || (b !== null && b > a) ? b : a
}
