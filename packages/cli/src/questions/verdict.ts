import type { Change, CompareSide } from './compare.js'
import type { Bin, BlockMean, CompareFigures, Side } from './compare-figures.js'
import { groupBy } from './group-by.js'
import { rankZ, type Tie, twoSided } from './statistics/rank-test.js'
import { binomialUpperTail } from './statistics/tails.js'

/** With fewer requests on a side nothing is said. */
const FEWEST = 20
const LARGEST_P = 0.001

/** A smaller change is not worth a reader's time, whatever its significance. */
const SMALLEST_RATIO = 1.1

/** How sure the averages of the ranges' parts must be, which are few but do not depend on one another. */
const SMALLEST_T = 3.5

/** Judges each view: did it change more than noise does? */
export function judge({ sides, bins, blocks }: CompareFigures): Change[] {
  const sidesOf = groupBy(sides, (side) => side.view_name)
  const binsOf = groupBy(bins, (bin) => bin.view_name)
  const blocksOf = groupBy(blocks, (block) => block.view_name)
  const comparisons = sidesOf.size * 3 // bulk and tail of the latency, and errors
  return [...sidesOf].map(([view_name, both]) => {
    const before = both.find((side) => !side.is_after)
    const after = both.find((side) => side.is_after)
    const isSure = (before?.requests ?? 0) >= FEWEST && (after?.requests ?? 0) >= FEWEST
    const latency = latencyOf(ties(binsOf.get(view_name) ?? []), blocksOf.get(view_name) ?? [], before, after)
    const latencyP = Math.min(1, latency.p * comparisons)
    const isChange = isSure && latencyP <= LARGEST_P
    const errorsP = before && after ? Math.min(1, rateP(before, after) * comparisons) : 1
    const [sideBefore, sideAfter] = [toSide(before), toSide(after)]
    const moreErrors = (sideAfter.error_rate ?? 0) > (sideBefore.error_rate ?? 0)
    return {
      view_name,
      before: sideBefore,
      after: sideAfter,
      latency: !isSure ? 'unsure' : isChange ? latency.direction : 'same',
      latency_by: isChange ? latency.by : null,
      errors: !isSure ? 'unsure' : errorsP > LARGEST_P ? 'same' : moreErrors ? 'more' : 'fewer',
      p50_ratio: ratio(sideBefore.p50, sideAfter.p50),
      p95_ratio: ratio(sideBefore.p95, sideAfter.p95),
      latency_p: isSure ? latencyP : null,
      errors_p: isSure ? errorsP : null,
      cost: ((after?.mean ?? 0) - (before?.mean ?? 0)) * (before && after ? after.requests : 0),
    }
  })
}

function toSide(side: Side | undefined): CompareSide {
  if (!side) return { requests: 0, p50: null, p95: null, errors: 0, error_rate: null, sql_count: null }
  const { requests, errors, percentiles, sql_count } = side
  const [p50 = null, p95 = null] = percentiles ?? []
  return { requests, p50, p95, errors, error_rate: errors / requests, sql_count }
}

function ratio(before: number | null, after: number | null): number | null {
  return before !== null && after !== null && before > 0 ? after / before : null
}

function ties(bins: readonly Bin[]): Tie[] {
  return [...groupBy(bins, (bin) => bin.bin)].map(([value, both]) => ({
    value,
    before: both.find((bin) => !bin.is_after)?.requests ?? 0,
    after: both.find((bin) => bin.is_after)?.requests ?? 0,
  }))
}

interface Latency {
  p: number
  direction: 'slower' | 'faster'
  /** The percentile that shows it. */
  by: 'p50' | 'p95'
}

const NO_CHANGE: Latency = { p: 1, direction: 'slower', by: 'p50' }

/**
 * The bulk by the Mann–Whitney test, if the parts of the ranges agree; else the tail, by what is over the common p95.
 * A verdict goes the way that its percentile goes, or there is none.
 */
function latencyOf(ties: readonly Tie[], blocks: readonly BlockMean[], before?: Side, after?: Side): Latency {
  const changeOf = (at: number): number =>
    Math.log(ratio(before?.percentiles?.[at] ?? null, after?.percentiles?.[at] ?? null) ?? 1)
  const [bulkChange, tailChange] = [changeOf(0), changeOf(1)]
  const z = rankZ(ties)
  const tail = tailOf(ties)
  const isBulk = agrees(bulkChange, z) && Math.abs(blockT(blocks)) >= SMALLEST_T
  const isTail = agrees(tailChange, tail.excess)
  const byBulk: Latency = { p: twoSided(z), direction: directionOf(bulkChange), by: 'p50' }
  const byTail: Latency = { p: tail.p, direction: directionOf(tailChange), by: 'p95' }
  if (isBulk && (!isTail || byBulk.p <= byTail.p)) return byBulk
  return isTail ? byTail : NO_CHANGE
}

/** Whether a percentile changed by more than is worth saying, in the direction that the test found. */
function agrees(change: number, direction: number): boolean {
  return Math.abs(change) >= Math.log(SMALLEST_RATIO) && Math.sign(change) === Math.sign(direction)
}

function directionOf(change: number): 'slower' | 'faster' {
  return change > 0 ? 'slower' : 'faster'
}

/** Welch's t of the parts' averages: requests of one moment depend on one another, the parts hardly. */
function blockT(blocks: readonly BlockMean[]): number {
  const [before, after] = [false, true].map((isAfter) => {
    const means = blocks.filter((block) => block.is_after === isAfter).map((block) => block.mean)
    const mean = means.reduce((sum, value) => sum + value, 0) / means.length
    const variance =
      means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (means.length - 1) / means.length
    return { mean, variance, parts: means.length }
  }) as [{ mean: number; variance: number; parts: number }, { mean: number; variance: number; parts: number }]
  if (before.parts < 5 || after.parts < 5) return 0
  const spread = Math.sqrt(before.variance + after.variance)
  return spread > 0 ? (after.mean - before.mean) / spread : Number.POSITIVE_INFINITY
}

/** Of all requests of both ranges over their common p95: do they fall into the ranges like the others? */
function tailOf(ties: readonly Tie[]): { p: number; excess: number } {
  const total = { before: 0, after: 0 }
  for (const tie of ties) {
    total.before += tie.before
    total.after += tie.after
  }
  const wanted = 0.05 * (total.before + total.after)
  const over = { before: 0, after: 0 }
  for (const tie of ties.toSorted((a, b) => b.value - a.value)) {
    if (over.before + over.after + tie.before + tie.after > wanted) break
    over.before += tie.before
    over.after += tie.after
  }
  const chance = total.after / (total.before + total.after)
  return {
    p: splitP(over.before, over.after, chance),
    excess: over.after - chance * (over.before + over.after),
  }
}

/** Whether errors fall into the ranges as requests do. */
function rateP(before: Side, after: Side): number {
  return splitP(before.errors, after.errors, after.requests / (before.requests + after.requests))
}

/** The two-sided chance of such a split of events, each of which falls into the range after with this chance. */
function splitP(before: number, after: number, chance: number): number {
  const n = before + after
  if (n === 0) return 1
  return Math.min(
    1,
    2 * Math.min(binomialUpperTail(n, chance, after), binomialUpperTail(n, 1 - chance, before)),
  )
}
