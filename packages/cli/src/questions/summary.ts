import type { Store } from '../store/store.js'
import { isBotSql } from './bots.js'
import { PLAUSIBLE_FROM, plausibleUntil } from './buckets.js'
import { filterOf } from './filter.js'
import type { Latency, Outcomes } from './latency.js'
import { LATENCY, type LatencyColumns, OUTCOMES, WAITED, withPercentiles } from './latency.js'
import type { Scope } from './scope.js'

/** The figures of the whole scope. */
export interface Summary extends Outcomes, Latency {
  /** Time of the first and of the last request or labelled record in the scope; null if there is none. */
  first: number | null
  last: number | null
  /** Records that say they are from before 2000 or from tomorrow on; `first` and `last` leave them out. */
  implausible: number
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
  store: Store,
  scope: Scope,
  _options: object = {},
  signal?: AbortSignal,
): Promise<Summary> {
  const filter = await filterOf(store, scope)
  const params = { ...filter.params, plausible_from: PLAUSIBLE_FROM, plausible_until: plausibleUntil() }
  const isPlausible = 'epoch_ms(time) BETWEEN $plausible_from AND $plausible_until'
  const period = `min(time) FILTER (${isPlausible}) AS first, max(time) FILTER (${isPlausible}) AS last,
    count(time) FILTER (NOT ${isPlausible}) AS implausible`
  const [requests] = await store.query<RequestFigures>(
    `SELECT ${OUTCOMES}, ${LATENCY}, ${period},
      count(DISTINCT coalesce(view_name, '')) AS views,
      count(DISTINCT "user") AS users,
      count(ex_type) AS exceptions,
      count(*) FILTER (sql_repeat_count > 0) AS repeats,
      coalesce(sum(CASE WHEN (${WAITED}) IS NOT NULL THEN sql_time END), 0) AS sql_time
    FROM requests WHERE ${filter.requests}`,
    params,
    signal,
  )
  const [bots] = await store.query<{ requests: number | null }>(
    `SELECT sum(requests)::BIGINT AS requests
    FROM (SELECT user_agent, count(*) AS requests FROM requests WHERE ${filter.requests} GROUP BY user_agent)
    WHERE ${isBotSql('user_agent')}`,
    params,
    signal,
  )
  const [actions] = await store.query<Period & { labelled: number }>(
    `SELECT count(*) AS labelled, ${period} FROM actions WHERE ${filter.actions}`,
    params,
    signal,
  )
  const [all] = await store.query<Summary['store']>(
    `SELECT (SELECT count(*) FROM requests) AS requests, (SELECT count(*) FROM actions) AS labelled,
      (SELECT count(*) FROM rejected) AS rejected`,
    {},
    signal,
  )
  if (!requests || !actions || !all) throw new Error('@actionlog/cli: the store gave no figures')
  return {
    ...withPercentiles(requests),
    first: least(requests.first, actions.first),
    last: greatest(requests.last, actions.last),
    implausible: requests.implausible + actions.implausible,
    labelled: actions.labelled,
    bots: bots?.requests ?? 0,
    store: all,
  }
}

interface Period {
  first: number | null
  last: number | null
  implausible: number
}

type RequestFigures = Omit<Summary, 'p50' | 'p95' | 'p99' | 'labelled' | 'bots' | 'store'> & LatencyColumns

function least(a: number | null, b: number | null): number | null {
  return a === null || (b !== null && b < a) ? b : a
}

function greatest(a: number | null, b: number | null): number | null {
  return a === null || (b !== null && b > a) ? b : a
}
