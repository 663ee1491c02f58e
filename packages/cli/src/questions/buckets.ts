import type { Param, Store } from '../store/store.js'
import type { Filter } from './filter.js'
import { midnightsFrom } from './midnights.js'
import type { Scope } from './scope.js'

/** Equal steps of time that suit a range: 1, 5, 15 seconds … days; days begin at midnight of the scope's zone. */
export interface Buckets {
  /** The step in milliseconds; 0 where there is no record. A day of a clock change is shorter or longer. */
  width: number
  /** Where each bucket begins, in milliseconds since 1970, without gaps. */
  starts: readonly number[]
}

/** Buckets, and the SQL that tells a row's. */
export interface BucketSql extends Buckets {
  /** Gives the index into `starts`; null for a row outside of them. */
  index: string
  params: Record<string, Param>
  /** Requests in the scope that have a time, and those of them that the buckets leave out. */
  timed: number
  outside: number
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const WIDTHS = [
  ...[1, 5, 15, 30].map((n) => n * SECOND),
  ...[1, 5, 15, 30].map((n) => n * MINUTE),
  ...[1, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28, 91, 364].map((n) => n * DAY),
]

/** Records before this time (2000) or more than a day ahead of the clock do not stretch an axis. */
export const PLAUSIBLE_FROM = 946_684_800_000
export function plausibleUntil(): number {
  return Date.now() + DAY
}

/** Chooses about `count` buckets for the scope's range, or for the range of its records. */
export async function bucketsOf(
  store: Store,
  scope: Scope,
  filter: Filter,
  count: number,
  signal?: AbortSignal,
): Promise<BucketSql> {
  const isPlausible = 'epoch_ms(time) BETWEEN $plausible_from AND $plausible_until'
  const [extent] = await store.query<Extent>(
    `SELECT min(time) FILTER (${isPlausible}) AS first, max(time) FILTER (${isPlausible}) AS last,
      count(time) AS timed, count(*) FILTER (${isPlausible}) AS inside
    FROM requests WHERE ${filter.requests}`,
    { ...filter.params, plausible_from: PLAUSIBLE_FROM, plausible_until: plausibleUntil() },
    signal,
  )
  return bucketsIn(extent ?? NO_EXTENT, scope, count)
}

/** Between which plausible times the requests lie, how many have a time, and how many a plausible one. */
export interface Extent {
  first: number | null
  last: number | null
  timed: number
  inside: number
}

const NO_EXTENT: Extent = { first: null, last: null, timed: 0, inside: 0 }

/** Chooses about `count` buckets for the scope's range, or for the extent of its records. */
export function bucketsIn({ first, last, timed, inside }: Extent, scope: Scope, count: number): BucketSql {
  const from = scope.from === undefined ? first : Math.max(scope.from, PLAUSIBLE_FROM)
  const until =
    scope.until !== undefined
      ? Math.min(scope.until, plausibleUntil()) // an axis to the year 9999 would have more buckets than records
      : last === null
        ? null
        : Math.floor(last) + 1
  if (count < 1 || first === null || from === null || until === null || until <= from) {
    return { width: 0, starts: [], index: 'NULL::INTEGER', params: {}, timed, outside: timed - inside }
  }
  const width = bucketWidth(until - from, count)
  const starts = startsOf(from, until, width, scope.timeZone)
  return { width, starts, ...indexSql(starts, width), timed, outside: timed - inside }
}

/** The smallest step that parts so many milliseconds into at most `count` buckets. Each step divides the next. */
export function bucketWidth(span: number, count: number): number {
  return WIDTHS.find((width) => span / width <= count) ?? (WIDTHS.at(-1) as number)
}

function startsOf(from: number, until: number, width: number, timeZone: string): number[] {
  if (width >= DAY) return midnightsFrom(from, until, width / DAY, timeZone)
  const [midnight = from] = midnightsFrom(from, from + 1, 1, timeZone)
  const first = midnight + Math.floor((from - midnight) / width) * width
  return Array.from({ length: Math.ceil((until - first) / width) }, (_, i) => first + i * width)
}

/** Days are not all equally long: the index by division is off by one at most, and the starts put it right. */
function indexSql(starts: readonly number[], width: number): Pick<BucketSql, 'index' | 'params'> {
  const guess = 'floor((epoch_ms(time) - $bucket_first) / $bucket_width)::INTEGER'
  const end = (starts.at(-1) as number) + width
  const inRange = 'epoch_ms(time) >= $bucket_first AND epoch_ms(time) < $bucket_end'
  const params = { bucket_first: starts[0] as number, bucket_width: width, bucket_end: end }
  if (width < DAY) return { index: `CASE WHEN ${inRange} THEN ${guess} END`, params }
  const start = (i: string): string => `list_extract($bucket_starts::DOUBLE[], ${i})`
  const index = `CASE WHEN ${inRange} THEN CASE
    WHEN epoch_ms(time) < ${start(`${guess} + 1`)} THEN ${guess} - 1
    WHEN epoch_ms(time) >= ${start(`${guess} + 2`)} THEN ${guess} + 1
    ELSE ${guess} END END`
  return { index, params: { ...params, bucket_starts: starts } }
}
