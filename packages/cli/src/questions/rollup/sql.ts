import type { rollups } from '../../store/schema.js'
import { OUTCOMES, WAITED } from '../latency.js'

/** A table of sums; `rolled` only says which there are. */
export type RollupTable = Exclude<keyof typeof rollups, 'rolled'>

/** A bin is 1.6 % wide, so that its middle is within 0.8 % of every value in it (the sketch of DDSketch, VLDB 2019). */
const BINS_PER_E = 64
/** Holds what is too short for a record to say it, so that 0 stays 0. */
const ZERO_BIN = -1_000
const SHORTEST_MS = 0.0005

const BIN = `CASE WHEN (${WAITED}) < ${SHORTEST_MS} THEN ${ZERO_BIN} ELSE floor(ln(${WAITED}) * ${BINS_PER_E})::INTEGER END`
const BIN_VALUE = `CASE WHEN bin = ${ZERO_BIN} THEN 0 ELSE exp((bin + 0.5) / ${BINS_PER_E}) END`

/** SQL: the version of the app that answered, a mark of a deploy. */
const VERSION = `(extra->>'/version')`

/** SQL for the columns of `Outcomes` over rows of `rolled_views`. */
export const ROLLED_OUTCOMES: string = ['requests', 'errors', 'client_errors', 'aborted', 'long_lived']
  .map((name) => `coalesce(sum(${name}), 0) AS ${name}`)
  .join(', ')

/** SQL that sums the requests which a condition chooses up as the table holds them, but for its column `rows`. */
export function rollupSql(table: RollupTable, grain: number, condition: string): string {
  const cell = `make_timestamptz(epoch_ms(time) // ${grain} * ${grain} * 1000) AS cell`
  const source = `FROM requests WHERE ${condition}`
  switch (table) {
    case 'rolled_views':
      return `SELECT ${cell}, view_name, ${OUTCOMES}, count(ex_type) AS exceptions,
        count(*) FILTER (sql_repeat_count > 0) AS repeats, count(${WAITED}) AS waited,
        coalesce(sum(${WAITED}), 0) AS waiting_time, max(${WAITED}) AS max,
        coalesce(sum(sql_time) FILTER ((${WAITED}) IS NOT NULL), 0) AS sql_time,
        coalesce(sum(sql_count), 0)::BIGINT AS statements, count(sql_count) AS counted,
        min(time) AS first, max(time) AS last
      ${source} GROUP BY cell, view_name`
    case 'rolled_times':
      return `SELECT ${cell}, ${BIN} AS bin, count(*) AS requests
      ${source} AND (${WAITED}) IS NOT NULL GROUP BY cell, bin`
    case 'rolled_bins':
      return `SELECT view_name, ${BIN} AS bin, count(*) AS requests
      ${source} AND (${WAITED}) IS NOT NULL GROUP BY view_name, bin`
    case 'rolled_users':
      return `SELECT DISTINCT "user" ${source} AND "user" IS NOT NULL`
    case 'rolled_versions':
      return `SELECT ${VERSION} AS version, min(time) AS first, max(time) AS last, count(*) AS requests
      ${source} AND time IS NOT NULL AND extra IS NOT NULL AND ${VERSION} IS NOT NULL GROUP BY version`
    case 'rolled_agents':
      return `SELECT user_agent, count(*) AS requests ${source} GROUP BY user_agent`
  }
}

/**
 * SQL: the p50, p95 and p99 of each key, as a list `percentiles`, of rows with `bin` and `requests`. They interpolate
 * between the two requests that `quantile_cont` does.
 */
export function percentilesSql(bins: string, key: string): string {
  return `SELECT key, [${[0.5, 0.95, 0.99].map(percentile).join(', ')}] AS percentiles
  FROM (
    SELECT key, ${BIN_VALUE} AS value, sum(requests) OVER (PARTITION BY key ORDER BY bin) AS upto,
      sum(requests) OVER (PARTITION BY key) - 1 AS last
    FROM (SELECT ${key} AS key, bin, sum(requests) AS requests FROM ${bins} GROUP BY ALL))
  GROUP BY key`
}

function percentile(part: number): string {
  const place = `any_value(last) * ${part}::DOUBLE`
  const valueAt = (rank: string): string => `min(value) FILTER (upto > ${rank}(last * ${part}::DOUBLE))`
  return `${valueAt('floor')} + (${valueAt('ceil')} - ${valueAt('floor')}) * (${place} - floor(${place}))`
}
