import { twoSided } from './rank-test.js'

/** A place in a sequence from which on its values are different. */
export interface ChangePoint {
  /** The index of the first value after the change. */
  index: number
  /** The chance of it by noise, times the number of places and intervals examined. */
  p: number
}

interface Interval {
  from: number
  until: number
}

/** Fewer values on a side cannot be told from noise. */
const SHORTEST_SIDE = 8

/**
 * Finds where the level of a sequence changes, by ranks, so that neither outliers nor the scale matter: the largest
 * standardized rank sum over all splits (A. N. Pettitt, Appl. Statist. 28, 1979) of each of a fixed set of intervals
 * (S. Kovács et al., "Seeded binary segmentation", Biometrika 110, 2023), of which the narrowest significant one wins
 * (R. Baranowski et al., "Narrowest-over-threshold", J. R. Statist. Soc. B 81, 2019). Serial correlation, which makes
 * runs look like changes, reduces the effective sample size.
 * @param comparisons how many sequences are examined together
 */
export function changePoints(
  values: readonly number[],
  comparisons: number,
  largestP: number,
): ChangePoint[] {
  const intervals = seededIntervals(values.length)
  const places = intervals.reduce((sum, { from, until }) => sum + until - from, 0) * comparisons
  const significant = intervals.flatMap((interval) => {
    const change = bestSplit(values, interval, places)
    return change && change.p <= largestP ? [{ ...interval, ...change }] : []
  })
  const found: ChangePoint[] = []
  for (const { from, until, index, p } of significant.toSorted(
    (a, b) => a.until - a.from - (b.until - b.from),
  )) {
    if (!found.some((other) => other.index > from && other.index < until)) found.push({ index, p })
  }
  return found.toSorted((a, b) => a.index - b.index)
}

/** Each layer's intervals are shorter by the square root of 2, and begin at every half of their length. */
function seededIntervals(n: number): Interval[] {
  const intervals: Interval[] = []
  for (let length = n; length >= 2 * SHORTEST_SIDE; length = Math.floor(length / Math.SQRT2)) {
    const count = length === n ? 1 : Math.ceil((2 * n) / length) - 1
    for (let i = 0; i < count; i++) {
      const from = count === 1 ? 0 : Math.round((i * (n - length)) / (count - 1))
      intervals.push({ from, until: from + length })
    }
  }
  return intervals
}

function bestSplit(
  values: readonly number[],
  { from, until }: Interval,
  places: number,
): ChangePoint | undefined {
  const slice = values.slice(from, until)
  const ranks = midranks(slice)
  const n = slice.length
  const mean = (n + 1) / 2
  const variance = ranks.reduce((sum, rank) => sum + (rank - mean) ** 2, 0) / (n - 1)
  if (variance === 0) return undefined
  let best = { split: 0, z: 0 }
  let sum = 0
  for (let i = 1; i <= n - SHORTEST_SIDE; i++) {
    sum += (ranks[i - 1] as number) - mean
    if (i < SHORTEST_SIDE) continue
    const z = Math.abs(sum) / Math.sqrt((variance * i * (n - i)) / n)
    if (z > best.z) best = { split: i, z }
  }
  const z = best.z / Math.sqrt(inflation(ranks, best.split))
  return { index: from + best.split, p: Math.min(1, twoSided(z) * places) }
}

/** By how much serial correlation increases the variance of a mean (Bayley and Hammersley, 1946), by the lag-1 one. */
function inflation(ranks: readonly number[], split: number): number {
  const sides = [ranks.slice(0, split), ranks.slice(split)]
  let products = 0
  let squares = 0
  for (const side of sides) {
    const mean = side.reduce((sum, rank) => sum + rank, 0) / side.length
    side.forEach((rank, i) => {
      squares += (rank - mean) ** 2
      if (i > 0) products += (rank - mean) * ((side[i - 1] as number) - mean)
    })
  }
  const correlation = squares > 0 ? Math.min(0.95, Math.max(0, products / squares)) : 0
  return (1 + correlation) / (1 - correlation)
}

/** The rank of each value; equal ones share the mean of theirs. */
function midranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number))
  const ranks = new Array<number>(values.length)
  for (let start = 0, end: number; start < order.length; start = end) {
    end = start + 1
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end++
    for (let i = start; i < end; i++) ranks[order[i] as number] = (start + end + 1) / 2
  }
  return ranks
}
