import { binomialUpperTail } from './tails.js'

/** How often a value occurs among the selected and the rest. */
export interface Occurrence {
  selected: number
  rest: number
  /** Requests with the value, among the selected and the rest. */
  inside: number
  outside: number
  /** How many of the requests with the value would be selected if it did not matter, summed over the views. */
  expected: number
}

/**
 * The two-sided chance of such a difference if the value did not matter. Within a view the count is hypergeometric;
 * the sum over views is one of independent trials with unequal chances, whose tails those of the binomial distribution
 * with the same mean bound (W. Hoeffding, Ann. Math. Statist. 27, 1956): the result errs towards silence.
 */
export function associationP({ selected, inside, outside, expected }: Occurrence): number {
  const n = Math.min(inside + outside, selected)
  const chance = expected / n
  const tail =
    inside >= expected ? binomialUpperTail(n, chance, inside) : binomialUpperTail(n, 1 - chance, n - inside)
  return Math.min(1, 2 * tail)
}

/** The effect size phi of the fourfold table: its correlation, from -1 to 1. */
export function phi({ selected, rest, inside, outside }: Occurrence): number {
  const without = selected + rest - inside - outside
  const product = selected * rest * (inside + outside) * without
  return product > 0 ? (inside * (rest - outside) - outside * (selected - inside)) / Math.sqrt(product) : 0
}
