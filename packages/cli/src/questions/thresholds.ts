import type { Store } from '../store/store.js'
import { filterOf } from './filter.js'
import { LATENCY, type LatencyColumns, OUTCOMES, type Outcomes, withPercentiles } from './latency.js'
import { NO_VIEW } from './no-view.js'
import type { Scope } from './scope.js'
import { type Measure, parseThreshold, type Threshold } from './threshold.js'
import { nearView } from './unknown-view.js'

export { type Measure, parseThreshold, type Threshold }

export interface Verdict {
  threshold: Threshold
  /** `unsure`: the view is absent or has fewer than 20 requests. */
  result: 'kept' | 'crossed' | 'unsure'
  /** What was measured, in the unit of the limit; null where there is nothing to measure. */
  value: number | null
  requests: number
  /** In words, for the terminal: what was measured, of how many requests. */
  message: string
}

export interface Verdicts {
  verdicts: readonly Verdict[]
  /** Whether the command must fail: something crossed, or with `strict` unsure. */
  failed: boolean
}

/** Answers: does the log keep the thresholds (`--fail-if`)? */
export async function thresholds(
  store: Store,
  scope: Scope,
  options: { thresholds: readonly Threshold[]; strict?: boolean },
  signal?: AbortSignal,
): Promise<Verdicts> {
  const filter = await filterOf(store, scope)
  const rows = await store.query<Figures & { view_name: string | null; is_all: boolean }>(
    `SELECT view_name, grouping(view_name) = 1 AS is_all, ${OUTCOMES}, ${LATENCY},
      avg(sql_count) AS sql_count, count(*) FILTER (sql_repeat_count > 0) AS repeats
    FROM requests WHERE ${filter.requests} GROUP BY GROUPING SETS ((view_name), ())`,
    filter.params,
    signal,
  )
  const verdicts: Verdict[] = []
  for (const threshold of options.thresholds) {
    const { view } = threshold
    const figures = rows.find((row) =>
      view === '*' ? row.is_all : !row.is_all && (row.view_name ?? NO_VIEW) === view,
    )
    const near = figures || view === '*' ? '' : await nearView(store, view, signal)
    verdicts.push(verdictOf(threshold, figures, near))
  }
  const fails = ({ result }: Verdict): boolean =>
    result === 'crossed' || (result === 'unsure' && options.strict === true)
  return { verdicts, failed: verdicts.some(fails) }
}

type Figures = Outcomes & LatencyColumns & { sql_count: number | null; repeats: number }

/** A view with fewer requests is a warning only. */
const FEWEST = 20

function verdictOf(threshold: Threshold, figures: Figures | undefined, near: string): Verdict {
  const requests = figures?.requests ?? 0
  const value = figures ? measure(threshold.measure, figures) : null
  const named = threshold.view === '*' ? 'the log' : threshold.view
  if (requests === 0)
    return { threshold, result: 'unsure', value: null, requests, message: `${named} has no request${near}` }
  if (value === null)
    return { threshold, result: 'unsure', value, requests, message: `${named} has no ${threshold.measure}` }
  const message = `${threshold.measure}(${threshold.view}) is ${format(value, threshold.measure)}, of ${requests} requests`
  if (requests < FEWEST) {
    return { threshold, result: 'unsure', value, requests, message: `${message}: fewer than ${FEWEST}` }
  }
  return { threshold, result: isCrossed(value, threshold) ? 'crossed' : 'kept', value, requests, message }
}

function measure(measure: Measure, figures: Figures): number | null {
  switch (measure) {
    case 'errors':
      return figures.errors / figures.requests
    case 'sql':
      return figures.sql_count
    case 'repeats':
      return figures.repeats
    default:
      return withPercentiles(figures)[measure]
  }
}

function isCrossed(value: number, { operator, limit }: Threshold): boolean {
  switch (operator) {
    case '>':
      return value > limit
    case '>=':
      return value >= limit
    case '<':
      return value < limit
    case '<=':
      return value <= limit
  }
}

function format(value: number, measure: Measure): string {
  const rounded = (number: number): string => String(Number(number.toPrecision(4)))
  if (measure === 'errors') return `${rounded(value * 100)}%`
  return measure === 'sql' || measure === 'repeats' ? rounded(value) : `${rounded(value)}ms`
}
