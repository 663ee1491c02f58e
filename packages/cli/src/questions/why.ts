import type { Param, Store } from '../store/store.js'
import { contrast, FEWEST, type Trait } from './contrast.js'
import { filterOf } from './filter.js'
import { WAITED } from './latency.js'
import { type Medians, mediansOf } from './medians.js'
import type { Scope, TimeRange } from './scope.js'
import { unknownView } from './unknown-view.js'

/** Which requests of the scope are "the slow ones"; the others of the scope are the rest. */
export type Selection =
  | { slow: 'p50' | 'p90' | 'p95' | 'p99' } // above this percentile of their view, if it has 20 requests
  | { above: number } // total_time over so many milliseconds
  | { box: TimeRange & { min: number; max: number } } // a box of the heatmap: time, and total_time from min to below max

export interface WhyOptions {
  /** Default: `{ slow: 'p95' }`. */
  selection?: Selection
  /** At most so many findings. Default: 10. */
  limit?: number
}

/** A value that the selected requests have more often, or more rarely, than the rest. */
export interface Finding extends Trait, Medians {}

export interface Why {
  /** Requests that are selected, and the rest of the scope. */
  selected: number
  rest: number
  /** Over how many milliseconds a request counts as slow; null where that differs by view, or for a box. */
  threshold: number | null
  /** How many values were compared. */
  comparisons: number
  /** Findings that are more than noise, the strongest first. Empty: nothing sets the selected apart. */
  findings: readonly Finding[]
  /** Why there is no answer, if there is none: a sentence. */
  silent: string | null
}

/** Answers: what have the slow requests in common that the others have not? Long-lived responses are left out. */
export async function why(
  store: Store,
  scope: Scope,
  options: WhyOptions = {},
  signal?: AbortSignal,
): Promise<Why> {
  const { selection = { slow: 'p95' }, limit = 10 } = options
  const filter = await filterOf(store, scope)
  const rows = `SELECT * FROM requests WHERE ${filter.requests} AND (${WAITED}) IS NOT NULL`
  const selected = selectedSql(rows, selection)
  const { traits, ...sizes } = await contrast(
    store,
    {
      ...(selected.common && { common: selected.common }),
      rows: selected.text,
      params: { ...filter.params, ...selected.params },
      timeZone: scope.timeZone,
      without: (await choosesTime(store, rows, filter.params, selection, signal)) ? ['hour'] : [],
    },
    signal,
  )
  const strongest = traits.slice(0, limit)
  const medians = await mediansOf(store, rows, filter.params, strongest, scope.timeZone, signal)
  const findings = strongest.map((trait, i) => ({ ...trait, ...(medians[i] as Medians) }))
  const threshold = await thresholdOf(store, rows, filter.params, selection, signal)
  const unknown = sizes.selected + sizes.rest === 0 ? await unknownView(store, scope, signal) : null
  return { ...sizes, threshold, findings, silent: unknown ?? silenceOf(sizes, findings) }
}

const QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 }

/** In a smaller view the requests above a percentile are a chance number. */
const SMALLEST_VIEW = 20

interface SelectedSql {
  common?: readonly string[]
  text: string
  params: Record<string, Param>
}

function selectedSql(rows: string, selection: Selection): SelectedSql {
  if ('above' in selection) {
    return {
      text: `SELECT *, total_time > $above AS selected FROM (${rows})`,
      params: { above: selection.above },
    }
  }
  if ('box' in selection) {
    const { from, until, min, max } = selection.box
    const text = `SELECT *, coalesce(epoch_ms(time) >= $box_from AND epoch_ms(time) < $box_until, false)
      AND total_time >= $box_min AND total_time < $box_max AS selected FROM (${rows})`
    return { text, params: { box_from: from, box_until: until, box_min: min, box_max: max } }
  }
  const limits = `limits AS MATERIALIZED (
    SELECT view_name AS limited_view, quantile_cont(total_time, $quantile::DOUBLE) AS above
    FROM (${rows}) GROUP BY view_name HAVING count(*) >= ${SMALLEST_VIEW})`
  const text = `SELECT scoped.*, total_time > above AS selected
    FROM (${rows}) AS scoped JOIN limits ON view_name IS NOT DISTINCT FROM limited_view`
  return { common: [limits], text, params: { quantile: QUANTILES[selection.slow] } }
}

/** Whether a box leaves out some time: then the hour is the reader's choice, and no finding. */
async function choosesTime(
  store: Store,
  rows: string,
  params: Record<string, Param>,
  selection: Selection,
  signal?: AbortSignal,
): Promise<boolean> {
  if (!('box' in selection)) return false
  const { from, until } = selection.box
  const [row] = await store.query<{ chooses: boolean | null }>(
    `SELECT bool_or(epoch_ms(time) < $box_from OR epoch_ms(time) >= $box_until) AS chooses FROM (${rows})`,
    { ...params, box_from: from, box_until: until },
    signal,
  )
  return row?.chooses === true
}

async function thresholdOf(
  store: Store,
  rows: string,
  params: Record<string, Param>,
  selection: Selection,
  signal?: AbortSignal,
): Promise<number | null> {
  if ('above' in selection) return selection.above
  if ('box' in selection) return null
  const [row] = await store.query<{ above: number | null }>(
    `SELECT CASE WHEN min(coalesce(view_name, '')) = max(coalesce(view_name, ''))
      THEN quantile_cont(total_time, $quantile::DOUBLE) END AS above FROM (${rows})`,
    { ...params, quantile: QUANTILES[selection.slow] },
    signal,
  )
  return row?.above ?? null
}

function silenceOf(
  { selected, rest }: { selected: number; rest: number },
  findings: readonly Finding[],
): string | null {
  if (findings.length > 0) return null
  if (selected < FEWEST) return `${selected} requests are selected; an answer needs ${FEWEST}.`
  if (rest < FEWEST) return `${rest} requests are left to compare with; an answer needs ${FEWEST}.`
  return 'Nothing sets the selected requests apart: every difference can be chance.'
}
