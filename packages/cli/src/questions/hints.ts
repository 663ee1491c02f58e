import type { Change } from './compare.js'
import { BINS_PER_E, type Bin, type CompareFigures, type Side } from './compare-figures.js'
import { groupBy } from './group-by.js'
import { binomialUpperTail } from './statistics/tails.js'

/** A large change to the worse in a view, of which too few requests, or moments, make sure. */
export interface Hint {
  view_name: string
  /** What grew: the median, the slowest requests (both in milliseconds), or the share of errors (0 to 1). */
  of: 'p50' | 'slowest' | 'errors'
  before: number
  after: number
  /** Requests in the ranges, and those of the range after that show the change. */
  before_requests: number
  after_requests: number
  shown_by: number
}

/** A median must have grown so many times, and by so many standard errors. */
const SMALLEST_RATIO = 2
const SMALLEST_Z = 3.5

/** So many requests must have taken so many times as long as the slowest before, … */
const FEWEST_SLOW = 3
const SLOW_RATIO = 3
/** … and must hardly be there because the range after has more requests. */
const LARGEST_SLOW_P = 0.15

/** The chance of so many errors, not corrected for the number of views: it is a hint, no claim. */
const LARGEST_ERRORS_P = 0.02

/** Finds what {@link Change}s leave out because too few requests show it. */
export function hintsOf({ sides, bins }: CompareFigures, changes: readonly Change[]): Hint[] {
  const sidesOf = groupBy(sides, (side) => side.view_name)
  const binsOf = groupBy(bins, (bin) => bin.view_name)
  const spread = spreadOf([...binsOf.values()])
  return changes
    .flatMap((change): Hint[] => {
      const both = sidesOf.get(change.view_name) ?? []
      const before = both.find((side) => !side.is_after)
      const after = both.find((side) => side.is_after)
      if (!before || !after) return []
      const own = binsOf.get(change.view_name) ?? []
      const requests = { before_requests: before.requests, after_requests: after.requests }
      const latency =
        change.latency === 'slower' ? null : (medianHint(change, own, spread) ?? slowHint(before, after, own))
      const errors = change.errors === 'more' ? null : errorsHint(before, after)
      return [latency, errors].flatMap((hint) =>
        hint ? [{ view_name: change.view_name, ...hint, ...requests }] : [],
      )
    })
    .toSorted((a, b) => b.after / b.before - a.after / a.before || b.shown_by - a.shown_by)
}

type Growth = Pick<Hint, 'of' | 'before' | 'after' | 'shown_by'>

/** A median that grew in few requests, or in few moments of the range. */
function medianHint(
  { before, after, p50_ratio }: Change,
  bins: readonly Bin[],
  spread: number,
): Growth | null {
  if (p50_ratio === null || p50_ratio < SMALLEST_RATIO) return null
  const [meanBefore, meanAfter] = [false, true].map((isAfter) => meanOf(bins, isAfter)) as [Mean, Mean]
  const error = spread * Math.sqrt(1 / meanBefore.n + 1 / meanAfter.n)
  if (meanAfter.mean - meanBefore.mean < SMALLEST_Z * error) return null
  return { of: 'p50', before: before.p50 ?? 0, after: after.p50 ?? 0, shown_by: after.requests }
}

/** A few requests that took far longer than any before. */
function slowHint(before: Side, after: Side, bins: readonly Bin[]): Growth | null {
  if (before.max === null || after.max === null) return null
  const limit = Math.ceil(Math.log(before.max * SLOW_RATIO) * BINS_PER_E)
  const slow = bins.reduce(
    (sum, { is_after, bin, requests }) => sum + (is_after && bin >= limit ? requests : 0),
    0,
  )
  const chance = after.requests / (before.requests + after.requests)
  if (slow < FEWEST_SLOW || chance ** slow > LARGEST_SLOW_P) return null
  return { of: 'slowest', before: before.max, after: after.max, shown_by: slow }
}

function errorsHint(before: Side, after: Side): Growth | null {
  const rates = { before: before.errors / before.requests, after: after.errors / after.requests }
  if (after.errors === 0 || rates.after < SMALLEST_RATIO * rates.before) return null
  const chance = after.requests / (before.requests + after.requests)
  if (binomialUpperTail(before.errors + after.errors, chance, after.errors) > LARGEST_ERRORS_P) return null
  return { of: 'errors', ...rates, shown_by: after.errors }
}

interface Mean {
  n: number
  mean: number
}

/** Of the logarithms of total_time. */
function meanOf(bins: readonly Bin[], isAfter: boolean): Mean {
  const own = bins.filter((bin) => bin.is_after === isAfter)
  const n = own.reduce((sum, { requests }) => sum + requests, 0)
  return { n, mean: own.reduce((sum, { bin, requests }) => sum + bin * requests, 0) / n / BINS_PER_E }
}

/** The standard deviation within a view and a range, of all views together: of a few requests alone it is not known. */
function spreadOf(views: readonly (readonly Bin[])[]): number {
  let squares = 0
  let freedom = 0
  for (const bins of views)
    for (const isAfter of [false, true]) {
      const { n, mean } = meanOf(bins, isAfter)
      if (n < 2) continue
      freedom += n - 1
      for (const { is_after, bin, requests } of bins)
        if (is_after === isAfter) squares += requests * (bin / BINS_PER_E - mean) ** 2
    }
  return freedom > 0 ? Math.sqrt(squares / freedom) : Number.POSITIVE_INFINITY
}
