import type { Param, Store } from '../store/store.js'
import { decoded, fieldSql, PARTS, QUERY_KEYS } from './field.js'
import { associationP, phi } from './statistics/association.js'

/** Two groups of requests as SQL. */
export interface Groups {
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

const FIELDS = [
  ...['user', 'hour', 'method', 'status_code', 'sql_count_band', 'sql_slowest', 'sql_repeat', 'ex_type'],
  ...['remote_ip', 'user_agent', 'url.path', 'view_name'],
]

/**
 * Compares two groups of requests value by value, as Honeycomb's BubbleUp does, and keeps what is more than noise.
 * Views are held apart: a value that is frequent in a slow view is not slow for that.
 */
export async function contrast(store: Store, groups: Groups, signal?: AbortSignal): Promise<Contrast> {
  const sql = contrastSql(groups)
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
    traits: traits
      .filter((trait) => trait.p <= LARGEST_P)
      .toSorted((a, b) => Math.abs(b.effect) - Math.abs(a.effect)),
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

/** Values that fewer requests have can hardly be more than noise; leaving them out does not depend on the groups. */
const RAREST = 5

function contrastSql({ rows, timeZone, without = [] }: Groups): {
  text: string
  params: Record<string, Param>
} {
  const fields = FIELDS.filter((field) => !without.includes(field))
  const columns = fields.map((field, i) => ({
    field,
    name: `f${i}`,
    ...fieldSql(field, timeZone, `contrast${i}`),
  }))
  const names = columns.map(({ name }) => name)
  const counts = `count(*) AS total, count(*) FILTER (selected) AS inside`
  const key = `replace(replace(key, '~', '~0'), '/', '~1')`
  const text = `WITH marked AS MATERIALIZED (${rows}),
    rates AS (SELECT view_name AS rated_view, avg(selected::INTEGER) AS rate FROM marked GROUP BY view_name),
    rated AS MATERIALIZED (SELECT * FROM marked JOIN rates ON view_name IS NOT DISTINCT FROM rated_view),
    size AS (SELECT count(*) AS n, count(*) FILTER (selected) AS selected FROM marked),
    columns AS (
      SELECT ${columns.map(({ text, name }) => `${text} AS ${name}`).join(', ')}, selected, rate
      FROM rated),
    pairs AS (
      SELECT selected, rate, 'query' AS field, unnest(${QUERY_KEYS}) AS value
      FROM rated WHERE contains(url, '?')
      UNION ALL
      SELECT selected, rate, 'query.' || split_part(part, '=', 1), ${decoded(`substr(part, strpos(part || '=', '=') + 1)`)}
      FROM (
        SELECT selected, rate, unnest(list_distinct(${PARTS})) AS part
        FROM rated WHERE contains(url, '?'))
      UNION ALL
      SELECT selected, rate, 'extra.' || key, extra->>('/' || ${key})
      FROM (
        SELECT selected, rate, extra, unnest(json_keys(extra)) AS key
        FROM rated WHERE extra IS NOT NULL)),
    counted AS (
      SELECT ${fieldOf(columns)} AS field, coalesce(${names.join(', ')}) AS value, ${counts},
        CASE WHEN ${fieldOf(columns)} = 'view_name' THEN count(*) * (SELECT selected / n FROM size) ELSE sum(rate) END AS expected
      FROM columns GROUP BY GROUPING SETS (${names.map((name) => `(${name})`).join(', ')})
      UNION ALL
      SELECT field, value, ${counts}, sum(rate) FROM pairs GROUP BY field, value),
    compared AS (
      SELECT *, count(*) OVER () AS comparisons FROM counted, size WHERE total >= ${RAREST} AND total < n)
    SELECT field, value, inside, total - inside AS outside, expected, size.selected, n - size.selected AS rest, comparisons
    FROM size LEFT JOIN (SELECT * EXCLUDE (n, selected) FROM compared) AS compared
      ON abs(inside - expected) >= ${SMALLEST_RARE_EXCESS} * size.selected`
  return { text, params: Object.assign({}, ...columns.map(({ params }) => params)) as Record<string, Param> }
}

/** SQL: which of the columns a row of the grouping sets is about. */
function fieldOf(columns: readonly { field: string; name: string }[]): string {
  return `CASE ${columns.map(({ field, name }) => `WHEN grouping(${name}) = 0 THEN '${field}'`).join(' ')} END`
}
