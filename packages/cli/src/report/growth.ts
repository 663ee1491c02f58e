import type { Hint } from '../questions/compare.js'
import { formatMs, formatShare } from '../terminal/units.js'

/** A hint in words: `p50 7.28 ms → 70.1 ms`. */
export function growthOf({ of, before, after }: Hint): string {
  const show = of === 'errors' ? formatShare : formatMs
  return `${of} ${show(before)} → ${show(after)}`
}
