import type { Param } from '../store/store.js'
import type { Groups } from './contrast.js'
import { decoded, fieldSql, keysOf, partsOf, QUERY } from './field.js'

/** Fields with few values: requests are first counted by all of them together, and that short list by each. */
const FEW_VALUES = [
  ...['view_name', 'method', 'status_code', 'sql_count_band', 'after_head'],
  ...['sql_slowest', 'sql_repeat', 'ex_type'],
]

/** Fields that may have many values. */
const MANY_VALUES = ['user', 'remote_ip', 'user_agent', 'url.path']

/** What is counted as a whole, and taken apart then. */
const WHOLE = ['quarter', 'query string', 'extra object']

/** Values that fewer requests have can hardly be more than noise; leaving them out does not depend on the groups. */
const RAREST = 5

/** No zone's clock changes within a quarter of an hour. */
const QUARTER_US = 900_000_000

const COUNTS = 'sum(total)::BIGINT AS total, sum(inside)::BIGINT AS inside, sum(expected) AS expected'

/**
 * The SQL of a {@link contrast}: a row for each value that differs by `smallestExcess` of the selected, at least one row.
 *
 * Two scans count what is cheap to read of a row: columns, the whole query, the whole `extra`, the quarter of an hour.
 * They are taken apart, decoded and converted when they are counted, once for each different one. What is rare is left
 * out before that: ids and times in queries are many, and none of them can matter.
 */
export function contrastSql(
  { common = [], rows, timeZone, without = [] }: Groups,
  smallestExcess: number,
): { text: string; params: Record<string, Param> } {
  const few = columnsOf(FEW_VALUES, timeZone)
  const many: Column[] = [
    ...columnsOf(MANY_VALUES, timeZone),
    { field: 'quarter', sql: `floor(epoch_us(time) / ${QUARTER_US})::BIGINT::VARCHAR` },
    { field: 'query string', sql: QUERY },
    { field: 'extra object', sql: 'extra::VARCHAR' },
  ]
  const hidden = [...WHOLE, ...without].map(quoted).join(', ')
  const key = `replace(replace(key, '~', '~0'), '/', '~1')`
  const ctes = [
    ...common,
    `profiles AS MATERIALIZED (
      SELECT ${selected(few)}, count(*) AS total, count(*) FILTER (selected) AS inside FROM (${rows}) GROUP BY ALL)`,
    `rates AS MATERIALIZED (
      SELECT "view_name" AS rated_view, sum(total) AS n, sum(inside) AS selected, sum(inside) / sum(total) AS rate
      FROM profiles GROUP BY rated_view)`,
    'size AS MATERIALIZED (SELECT sum(n)::BIGINT AS n, sum(selected)::BIGINT AS selected FROM rates HAVING sum(n) > 0)',
    `counted AS MATERIALIZED (
      SELECT ${fieldAndValue(few)}, sum(total)::BIGINT AS total, sum(inside)::BIGINT AS inside, sum(total * rate) AS expected
      FROM profiles JOIN rates ON "view_name" IS NOT DISTINCT FROM rated_view GROUP BY ${eachOf(few)}
      UNION ALL
      SELECT ${fieldAndValue(many)}, count(*) AS total, count(*) FILTER (selected) AS inside, sum(rate) AS expected
      FROM (
        SELECT ${selected(many)}, marked.selected, rate
        FROM (${rows}) AS marked JOIN rates ON view_name IS NOT DISTINCT FROM rated_view)
      GROUP BY ${eachOf(many)}
      HAVING total >= ${RAREST} OR ${WHOLE.map((name) => `grouping("${name}") = 0`).join(' OR ')})`,
    `queries AS (
      SELECT ${partsOf('value')} AS parts, total, inside, expected
      FROM counted WHERE field = 'query string' AND value IS NOT NULL)`,
    `parts AS (
      SELECT part, ${COUNTS}
      FROM (SELECT unnest(list_distinct(parts)) AS part, total, inside, expected FROM queries)
      GROUP BY part HAVING sum(total) >= ${RAREST})`,
    `extras AS (
      SELECT key, extra->>('/' || ${key}) AS value, ${COUNTS}
      FROM (
        SELECT value::JSON AS extra, unnest(json_keys(value)) AS key, total, inside, expected
        FROM counted WHERE field = 'extra object' AND value IS NOT NULL)
      GROUP BY ALL HAVING sum(total) >= ${RAREST})`,
    `taken_apart AS (
      SELECT 'hour' AS field,
        strftime(timezone($contrast_zone, make_timestamptz(value::BIGINT * ${QUARTER_US})), '%H') AS value,
        total, inside, expected
      FROM counted WHERE field = 'quarter'
      UNION ALL
      SELECT 'query', unnest(${keysOf('parts')}), total, inside, expected FROM queries
      UNION ALL
      SELECT 'query.' || split_part(part, '=', 1), ${decoded(`substr(part, strpos(part || '=', '=') + 1)`)},
        total, inside, expected
      FROM parts
      UNION ALL
      SELECT 'extra.' || key, value, total, inside, expected FROM extras)`,
    `compared AS (
      SELECT *, count(*) OVER () AS comparisons
      FROM (
        SELECT field, value, total, inside,
          CASE WHEN field = 'view_name' THEN total * size.selected / n ELSE expected END AS expected
        FROM counted, size
        UNION ALL
        SELECT field, value, ${COUNTS} FROM taken_apart GROUP BY field, value), size
      WHERE total >= ${RAREST} AND total < n AND field NOT IN (${hidden}))`,
  ]
  const text = `WITH ${ctes.join(',\n')}
    SELECT field, value, inside, total - inside AS outside, expected, size.selected, size.n - size.selected AS rest, comparisons
    FROM size LEFT JOIN (SELECT * EXCLUDE (n, selected) FROM compared) AS compared
      ON abs(inside - expected) >= ${smallestExcess} * size.selected`
  return { text, params: { contrast_zone: timeZone } }
}

interface Column {
  readonly field: string
  readonly sql: string
}

function columnsOf(fields: readonly string[], timeZone: string): Column[] {
  return fields.map((field) => ({ field, sql: fieldSql(field, timeZone, 'contrast').text }))
}

function selected(columns: readonly Column[]): string {
  return columns.map(({ field, sql }) => `${sql} AS "${field}"`).join(', ')
}

/** Which of the columns a row of {@link eachOf} is about, and its value. */
function fieldAndValue(columns: readonly Column[]): string {
  const fields = columns.map(({ field }) => `WHEN grouping("${field}") = 0 THEN ${quoted(field)}`)
  const values = columns.map(({ field }) => `"${field}"`)
  return `CASE ${fields.join(' ')} END AS field, coalesce(${values.join(', ')}) AS value`
}

/** The SQL that groups by each of the columns alone. */
function eachOf(columns: readonly Column[]): string {
  return `GROUPING SETS (${columns.map(({ field }) => `("${field}")`).join(', ')})`
}

function quoted(text: string): string {
  return `'${text}'`
}
