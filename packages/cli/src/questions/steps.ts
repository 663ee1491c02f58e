import type { Store } from '../store/store.js'
import { contrast } from './contrast.js'
import { type Filter, filterOf } from './filter.js'
import { groupBy } from './group-by.js'
import { WAITED } from './latency.js'
import { type Block, type Found, levelChanges } from './level-changes.js'
import { SHOWN_VIEW } from './no-view.js'
import type { Scope } from './scope.js'

export interface StepsOptions {
  /** At most so many steps, the largest first. Default: 20. */
  limit?: number
}

/** Something that differs between the requests before and after a step. */
export interface Difference {
  /** `extra.version`, `sql_count_band`, `query.KEY` …: see `Scope.fields`. */
  field: string
  value: string | null
  before_share: number
  after_share: number
}

/** A time at which a view's latency changed, and stayed so. */
export interface LatencyStep {
  view_name: string
  /** The first request after the change, in milliseconds since 1970. */
  time: number
  /** Median total_time from the previous step to this one, and from this one to the next. */
  before: number
  after: number
  /** after by before. */
  ratio: number
  /** Requests that the medians are of. */
  before_requests: number
  after_requests: number
  /** The chance of such a step by noise, corrected for the number of views and of places in them. */
  p: number
  /** What changed with it; empty where nothing did. */
  differences: readonly Difference[]
}

export interface Steps {
  /** Requests that were examined, and in how many views; views with fewer than 40 requests are left out. */
  requests: number
  views: number
  /** The largest change first. */
  steps: readonly LatencyStep[]
}

/** Answers: when did a view's latency change by itself, and what changed with it? */
export async function steps(
  store: Store,
  scope: Scope,
  options: StepsOptions = {},
  signal?: AbortSignal,
): Promise<Steps> {
  const filter = await filterOf(store, scope)
  const views = await blocksOf(store, filter, signal)
  const found = [...views].flatMap(([view_name, blocks]) =>
    levelChanges(blocks, views.size).map((change) => ({ view_name, ...change })),
  )
  const largest = found
    .toSorted((a, b) => Math.abs(Math.log(b.ratio)) - Math.abs(Math.log(a.ratio)))
    .slice(0, options.limit ?? 20)
  const steps: LatencyStep[] = []
  for (const change of largest) steps.push(await describe(store, scope, filter, change, signal))
  return {
    requests: [...views.values()].flat().reduce((sum, block) => sum + block.requests, 0),
    views: views.size,
    steps: steps.toSorted((a, b) => Math.abs(Math.log(b.ratio)) - Math.abs(Math.log(a.ratio))),
  }
}

const FEWEST_REQUESTS = 40

/** More blocks would find shorter changes, and take longer. */
const BLOCKS = 400

const TIMED = `time IS NOT NULL AND (${WAITED}) IS NOT NULL`

/** The medians of consecutive requests of each view: the same number of requests in each block. */
async function blocksOf(store: Store, filter: Filter, signal?: AbortSignal): Promise<Map<string, Block[]>> {
  const rows = await store.query<Block & { view_name: string }>(
    `WITH ordered AS (
      SELECT view_name, time, total_time, count(*) OVER (PARTITION BY view_name) AS n,
        row_number() OVER (PARTITION BY view_name ORDER BY time) - 1 AS i
      FROM (SELECT ${SHOWN_VIEW} AS view_name, time, total_time
        FROM requests WHERE ${filter.requests} AND ${TIMED}))
    SELECT view_name, i // ceil(n / ${BLOCKS})::BIGINT AS block, min(time) AS time, median(total_time) AS median,
      count(*) AS requests
    FROM ordered WHERE n >= ${FEWEST_REQUESTS} GROUP BY view_name, block ORDER BY view_name, block`,
    filter.params,
    signal,
  )
  return groupBy(rows, (row) => row.view_name)
}

/** Takes exact medians and samples, and looks for what else changed. */
async function describe(
  store: Store,
  scope: Scope,
  filter: Filter,
  { view_name, from, time, until, p }: Found & { view_name: string },
  signal?: AbortSignal,
): Promise<LatencyStep> {
  const rows = `SELECT *, epoch_us(time) >= $step_time * 1000 AS selected FROM requests
    WHERE ${filter.requests} AND ${TIMED} AND ${SHOWN_VIEW} = $step_view
      AND epoch_us(time) >= $step_from * 1000 AND ($step_until IS NULL OR epoch_us(time) < $step_until::DOUBLE * 1000)`
  const params = {
    ...filter.params,
    step_view: view_name,
    step_from: from,
    step_time: time,
    step_until: until,
  }
  const [sides] = await store.query<Omit<LatencyStep, 'view_name' | 'time' | 'ratio' | 'p' | 'differences'>>(
    `SELECT median(total_time) FILTER (NOT selected) AS before, median(total_time) FILTER (selected) AS after,
      count(*) FILTER (NOT selected) AS before_requests, count(*) FILTER (selected) AS after_requests
    FROM (${rows})`,
    params,
    signal,
  )
  if (!sides) throw new Error('@actionlog/cli: the store gave no figures')
  const { traits } = await contrast(
    store,
    { rows, params, timeZone: scope.timeZone, without: ['hour'] },
    signal,
  )
  const differences = traits.map(({ field, value, inside_share, outside_share }) => ({
    field,
    value,
    before_share: outside_share,
    after_share: inside_share,
  }))
  return { view_name, time, ...sides, ratio: sides.after / sides.before, p, differences }
}
