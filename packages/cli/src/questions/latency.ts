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
