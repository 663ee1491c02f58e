import { normalTail } from './tails.js'

/** How many values of each of two samples are equal to one number, or in one narrow bin. */
export interface Tie {
  value: number
  before: number
  after: number
}

/**
 * The z of the Mann–Whitney test with ties (H. B. Mann, D. R. Whitney, Ann. Math. Statist. 18, 1947; correction for
 * ties by E. L. Lehmann, Nonparametrics, 1975): above 0 where the values after are the larger ones. 0 without spread.
 */
export function rankZ(ties: readonly Tie[]): number {
  const sorted = ties.toSorted((a, b) => a.value - b.value)
  let before = 0
  let after = 0
  let rankSum = 0
  let tieSum = 0
  for (const tie of sorted) {
    const size = tie.before + tie.after
    rankSum += tie.after * (before + after + (size + 1) / 2)
    tieSum += size ** 3 - size
    before += tie.before
    after += tie.after
  }
  const n = before + after
  const variance = ((before * after) / 12) * (n + 1 - tieSum / (n * (n - 1)))
  if (!(variance > 0)) return 0
  const distance = rankSum - (after * (n + 1)) / 2
  return (Math.sign(distance) * Math.max(0, Math.abs(distance) - 0.5)) / Math.sqrt(variance)
}

/** The two-sided chance of a z at least as far from 0. */
export function twoSided(z: number): number {
  return Math.min(1, 2 * normalTail(Math.abs(z)))
}
