import type { Param, Store } from '../store/store.js'
import { isBotSql } from './bots.js'
import { LATENCY, type LatencyColumns, OUTCOMES, WAITED } from './latency.js'
import type { Rollup } from './rollup/rollup.js'
import { percentilesSql, ROLLED_OUTCOMES } from './rollup/sql.js'
import type { Summary } from './summary.js'

/** The plausible times of records, and how many have another one. */
export type Period = Pick<
  Summary,
  'first' | 'last' | 'implausible' | 'implausible_first' | 'implausible_last'
>

/** SQL over `time`, with the parameters `plausible_from` and `plausible_until`. */
const isPlausible = (time: string): string => `epoch_ms(${time}) BETWEEN $plausible_from AND $plausible_until`

/** SQL for the columns of a {@link Period}. */
export const PERIOD: string = `min(time) FILTER (${isPlausible('time')}) AS first,
  max(time) FILTER (${isPlausible('time')}) AS last,
  count(time) FILTER (NOT ${isPlausible('time')}) AS implausible,
  min(time) FILTER (NOT ${isPlausible('time')}) AS implausible_first,
  max(time) FILTER (NOT ${isPlausible('time')}) AS implausible_last`

/** What a summary has of requests, but for its percentiles, which come in one list. */
export type RequestFigures = Omit<Summary, 'p50' | 'p95' | 'p99' | 'labelled' | 'store'> & LatencyColumns

/** Scans the requests that the condition chooses. */
export async function exactFigures(
  store: Store,
  condition: string,
  params: Record<string, Param>,
  signal?: AbortSignal,
): Promise<RequestFigures | undefined> {
  const [figures] = await store.query<RequestFigures>(
    `SELECT ${OUTCOMES}, ${LATENCY}, ${PERIOD},
      count(DISTINCT coalesce(view_name, '')) AS views,
      count(DISTINCT "user") AS users,
      count(ex_type) AS exceptions,
      count(*) FILTER (sql_repeat_count > 0) AS repeats,
      coalesce(sum(CASE WHEN (${WAITED}) IS NOT NULL THEN sql_time END), 0) AS sql_time
    FROM requests WHERE ${condition}`,
    params,
    signal,
  )
  return (
    figures && {
      ...figures,
      bots: await countBots(store, `requests WHERE ${condition}`, 'count(*)', params, signal),
    }
  )
}

/** Adds up the sums of all requests. */
export async function rolledFigures(
  store: Store,
  rollup: Rollup,
  params: Record<string, Param>,
  signal?: AbortSignal,
): Promise<RequestFigures | undefined> {
  const [figures] = await store.query<RequestFigures>(
    `SELECT ${ROLLED_OUTCOMES}, sum(waiting_time) / nullif(sum(waited), 0) AS mean, max(max) AS max,
      coalesce(sum(waiting_time), 0) AS waiting_time,
      min(first) FILTER (${isPlausible('first')}) AS first, max(last) FILTER (${isPlausible('last')}) AS last,
      coalesce(sum(requests) FILTER (NOT ${isPlausible('first')}), 0) AS implausible,
      min(first) FILTER (NOT ${isPlausible('first')}) AS implausible_first,
      max(last) FILTER (NOT ${isPlausible('last')}) AS implausible_last,
      count(DISTINCT coalesce(view_name, '')) AS views,
      coalesce(sum(exceptions), 0) AS exceptions, coalesce(sum(repeats), 0) AS repeats,
      coalesce(sum(sql_time), 0) AS sql_time,
      (SELECT count(DISTINCT "user") FROM ${rollup.of('rolled_users')}) AS users,
      (SELECT percentiles FROM (${percentilesSql(rollup.of('rolled_bins'), '0')})) AS percentiles
    FROM ${rollup.of('rolled_views')}`,
    params,
    signal,
  )
  return (
    figures && {
      ...figures,
      bots: await countBots(store, rollup.of('rolled_agents'), 'sum(requests)', {}, signal),
    }
  )
}

/** Each agent meets the pattern once, not each request. */
async function countBots(
  store: Store,
  source: string,
  count: string,
  params: Record<string, Param>,
  signal?: AbortSignal,
): Promise<number> {
  const [bots] = await store.query<{ requests: number | null }>(
    `SELECT sum(requests)::BIGINT AS requests
    FROM (SELECT user_agent, ${count} AS requests FROM ${source} GROUP BY user_agent)
    WHERE ${isBotSql('user_agent')}`,
    params,
    signal,
  )
  return bots?.requests ?? 0
}
