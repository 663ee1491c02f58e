/**
 * How long requests took, in milliseconds. Percentiles interpolate linearly (DuckDB's `quantile_cont`). Long-lived
 * responses are left out; null where no request has a time.
 */
export interface Latency {
  mean: number | null
  p50: number | null
  p95: number | null
  p99: number | null
  max: number | null
}

/** How exact the percentiles of an answer are. */
export interface Precision {
  /** They are within 1 %: they come from sums that were made while a large log was read. Absent: they are exact. */
  approximate?: true
}

/** How requests ended: each number counts requests. */
export interface Outcomes {
  requests: number
  /** Status 5xx. */
  errors: number
  /** Status 4xx without 499. */
  client_errors: number
  /** The client left before the response was complete: `aborted`, or status 499. */
  aborted: number
  /** Status 101, or a head within 1 s and a total over 60 s. In no latency and no waiting time. */
  long_lived: number
}

/** SQL over a row of requests: a 5xx; that, or an exception whatever the status. */
export const IS_ERROR = 'status_code BETWEEN 500 AND 599'
export const IS_FAILED: string = `(coalesce(${IS_ERROR}, false) OR ex_type IS NOT NULL)`

/** SQL over a row of requests. */
export const IS_LONG_LIVED: string =
  'coalesce(status_code = 101 OR (head_time <= 1000 AND total_time > 60000), false)'

/** SQL: the time that somebody waited, null for a long-lived response. */
export const WAITED: string = `CASE WHEN NOT ${IS_LONG_LIVED} THEN total_time END`

/** SQL for the columns of {@link Outcomes}. */
export const OUTCOMES: string = `count(*) AS requests,
  count(*) FILTER (${IS_ERROR}) AS errors,
  count(*) FILTER (status_code BETWEEN 400 AND 498) AS client_errors,
  count(*) FILTER (coalesce(aborted, false) OR status_code = 499) AS aborted,
  count(*) FILTER (${IS_LONG_LIVED}) AS long_lived`

/** SQL for the columns of {@link Latency} but for the percentiles, which come in one list. */
export const LATENCY: string = `avg(${WAITED}) AS mean,
  max(${WAITED}) AS max,
  quantile_cont(${WAITED}, [0.5, 0.95, 0.99]) AS percentiles,
  coalesce(sum(${WAITED}), 0) AS waiting_time`

/** A row that {@link LATENCY} made. */
export interface LatencyColumns {
  mean: number | null
  max: number | null
  percentiles: readonly number[] | null
  waiting_time: number
}

/** Puts the percentiles of such a row where they belong. */
export function withPercentiles<Row extends LatencyColumns>(row: Row): Omit<Row, 'percentiles'> & Latency {
  const { percentiles, ...others } = row
  const [p50 = null, p95 = null, p99 = null] = percentiles ?? []
  return { ...others, p50, p95, p99 }
}
