import type { Param, Store } from '../store/store.js'
import { contrastSql } from './contrast-sql.js'
import { associationP, phi } from './statistics/association.js'

/** Two groups of requests as SQL. */
export interface Groups {
  /** Common table expressions that `rows` uses. */
  common?: readonly string[]
  /** A SELECT of rows of requests with a column `selected`. */
  rows: string
  params: Record<string, Param>
  timeZone: string
  /** Fields that the groups differ in by their definition. */
  without?: readonly string[]
}

/** A value that one group has more often, or more rarely, than the other, beyond noise. */
export interface Trait {
  /** `query.KEY`, `extra.KEY`, `query` for a key's presence, `user`, `hour`, `sql_count_band` …: see `Scope.fields`. */
  field: string
  /** Null for requests without the field. */
  value: string | null
  /** Requests with the value, of the selected and of the rest. */
  inside: number
  outside: number
  /** Their parts, 0 to 1. */
  inside_share: number
  outside_share: number
  /** Effect size: phi, -1 to 1, above 0 where the selected have it more often. */
  effect: number
  /** The chance of such a difference without a cause, times the number of comparisons (Bonferroni), at most 1. */
  p: number
}

export interface Contrast {
  selected: number
  rest: number
  /** How many values were compared. */
  comparisons: number
  /** The strongest first. */
  traits: readonly Trait[]
}

/** With fewer requests on a side nothing is said. */
export const FEWEST = 10

/** A difference counts if it is that unlikely, after correction, … */
const LARGEST_P = 0.001
/** … and shows in this part of the selected requests, … */
const SMALLEST_EXCESS = 0.04
/** … or in a smaller one, if most requests with the value are selected. */
const SMALLEST_RARE_EXCESS = 0.01
const RARE_RATIO = 3

/**
 * Compares two groups of requests value by value, as Honeycomb's BubbleUp does, and keeps what is more than noise.
 * Views are held apart: a value that is frequent in a slow view is not slow for that.
 */
export async function contrast(store: Store, groups: Groups, signal?: AbortSignal): Promise<Contrast> {
  const sql = contrastSql(groups, SMALLEST_RARE_EXCESS)
  const values = await store.query<Value>(sql.text, { ...groups.params, ...sql.params }, signal)
  const [first] = values
  if (!first) return { selected: 0, rest: 0, comparisons: 0, traits: [] }
  const { selected, rest } = first
  if (selected < FEWEST || rest < FEWEST) return { selected, rest, comparisons: 0, traits: [] }
  const traits = values.filter((value) => value.field !== null && isLarge(value)).map(toTrait)
  return {
    selected,
    rest,
    comparisons: first.comparisons,
    traits: traits.filter((trait) => trait.p <= LARGEST_P).toSorted(byStrength),
  }
}

interface Value {
  field: string
  value: string | null
  inside: number
  outside: number
  expected: number
  selected: number
  rest: number
  comparisons: number
}

function isLarge({ inside, outside, expected, selected, rest }: Value): boolean {
  const excess = (inside - expected) / selected
  if (Math.sign(excess) !== Math.sign(inside / selected - outside / rest)) return false // it is the views' mixture
  if (Math.abs(excess) >= SMALLEST_EXCESS) return true
  return excess >= SMALLEST_RARE_EXCESS && inside >= RARE_RATIO * expected
}

function toTrait(value: Value): Trait {
  const { field, inside, outside, selected, rest, comparisons } = value
  return {
    field,
    value: value.value,
    inside,
    outside,
    inside_share: inside / selected,
    outside_share: outside / rest,
    effect: phi(value),
    p: Math.min(1, associationP(value) * comparisons),
  }
}

/** The strongest first. Of equal ones, as two values are that make up the whole, the one that the selected have. */
function byStrength(a: Trait, b: Trait): number {
  const strength = ({ effect }: Trait): number => Math.round(Math.abs(effect) * 1e9)
  return (
    strength(b) - strength(a) ||
    Math.sign(b.effect) - Math.sign(a.effect) ||
    (a.field + a.value < b.field + b.value ? -1 : 1)
  )
}
