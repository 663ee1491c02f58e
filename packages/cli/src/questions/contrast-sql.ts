import type { Param } from '../store/store.js'
import type { Groups } from './contrast.js'
import { decoded, fieldSql, keysOf, partsOf, QUERY } from './field.js'

/** Fields that are counted as they are. */
const FIELDS = [
  ...['user', 'method', 'status_code', 'sql_count_band', 'after_head', 'sql_slowest', 'sql_repeat'],
  ...['ex_type', 'remote_ip', 'user_agent', 'url.path', 'view_name'],
]

/** Values that fewer requests have can hardly be more than noise; leaving them out does not depend on the groups. */
const RAREST = 5

/** No zone's clock changes within a quarter of an hour. */
const QUARTER_US = 900_000_000

const COUNTS = 'sum(total)::BIGINT AS total, sum(inside)::BIGINT AS inside, sum(expected) AS expected'

/**
 * The SQL of a {@link contrast}: a row for each value that differs by `smallestExcess` of the selected, at least one row.
 *
 * One scan counts what is cheap to read of a row: columns, the whole query, the whole `extra`, the quarter of an hour.
 * They are taken apart, decoded and converted when they are counted, once for each different one. What is rare is left
 * out before that: ids and times in queries are many, and none of them can matter.
 */
export function contrastSql(
  { rows, timeZone, without = [] }: Groups,
  smallestExcess: number,
): { text: string; params: Record<string, Param> } {
  const columns = [
    ...FIELDS.map((field) => ({ field, ...fieldSql(field, timeZone, 'contrast') })),
    { field: 'quarter', text: `floor(epoch_us(time) / ${QUARTER_US})::BIGINT::VARCHAR` },
    { field: 'query string', text: QUERY },
    { field: 'extra object', text: 'extra::VARCHAR' },
  ].map((column, i) => ({ ...column, name: `f${i}` }))
  const names = columns.map(({ name }) => name)
  const fieldOf = columns.map(({ field, name }) => `WHEN grouping(${name}) = 0 THEN '${field}'`).join(' ')
  const hidden = ['quarter', 'query string', 'extra object', ...without]
    .map((field) => `'${field}'`)
    .join(', ')
  const key = `replace(replace(key, '~', '~0'), '/', '~1')`
  const text = `WITH rates AS MATERIALIZED (
      SELECT view_name AS rated_view, count(*) AS n, count(*) FILTER (selected) AS selected, avg(selected::INTEGER) AS rate
      FROM (${rows}) GROUP BY view_name),
    size AS MATERIALIZED (SELECT sum(n)::BIGINT AS n, sum(selected)::BIGINT AS selected FROM rates HAVING sum(n) > 0),
    counted AS MATERIALIZED (
      SELECT CASE ${fieldOf} END AS field, coalesce(${names.join(', ')}) AS value,
        count(*) AS total, count(*) FILTER (selected) AS inside, sum(rate) AS expected
      FROM (
        SELECT ${columns.map(({ text, name }) => `${text} AS ${name}`).join(', ')}, marked.selected, rate
        FROM (${rows}) AS marked JOIN rates ON view_name IS NOT DISTINCT FROM rated_view)
      GROUP BY GROUPING SETS (${names.map((name) => `(${name})`).join(', ')})),
    queries AS (
      SELECT ${partsOf('value')} AS parts, total, inside, expected FROM counted WHERE field = 'query string' AND value IS NOT NULL),
    parts AS (
      SELECT part, ${COUNTS}
      FROM (SELECT unnest(list_distinct(parts)) AS part, total, inside, expected FROM queries)
      GROUP BY part HAVING sum(total) >= ${RAREST}),
    extras AS (
      SELECT key, extra->>('/' || ${key}) AS value, ${COUNTS}
      FROM (
        SELECT value::JSON AS extra, unnest(json_keys(value)) AS key, total, inside, expected
        FROM counted WHERE field = 'extra object' AND value IS NOT NULL)
      GROUP BY ALL HAVING sum(total) >= ${RAREST}),
    taken_apart AS (
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
      SELECT 'extra.' || key, value, total, inside, expected FROM extras),
    compared AS (
      SELECT *, count(*) OVER () AS comparisons
      FROM (
        SELECT field, value, total, inside, CASE WHEN field = 'view_name' THEN total * size.selected / n ELSE expected END AS expected
        FROM counted, size
        UNION ALL
        SELECT field, value, ${COUNTS} FROM taken_apart GROUP BY field, value), size
      WHERE total >= ${RAREST} AND total < n AND field NOT IN (${hidden}))
    SELECT field, value, inside, total - inside AS outside, expected, size.selected, size.n - size.selected AS rest, comparisons
    FROM size LEFT JOIN (SELECT * EXCLUDE (n, selected) FROM compared) AS compared
      ON abs(inside - expected) >= ${smallestExcess} * size.selected`
  return { text, params: { contrast_zone: timeZone } }
}
