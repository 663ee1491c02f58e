import { didYouMean } from '@actionlog/core'
import { requests } from '../store/schema.js'
import { QuestionError } from './question-error.js'

/** SQL with its parameters. */
export interface Sql {
  text: string
  params: Record<string, string | number>
}

/** The bands of sql_count: the first number of each. */
const SQL_BANDS = [0, 1, 2, 6, 11, 21, 51, 101, 201, 501]

/**
 * Gives the SQL for a field of a request: a column; `url.path`, `query.KEY` and `extra.KEY`; `hour` (of the day, in
 * the time zone), `sql_count_band` and `after_head`; `query` and `extra`, the lists of keys that a request has.
 * @param prefix of the parameters' names
 * @throws QuestionError that names the fields there are
 */
export function fieldSql(field: string, timeZone: string, prefix: string): Sql {
  if (Object.hasOwn(requests, field) && !isList(field)) return { text: `"${field}"::VARCHAR`, params: {} }
  const dot = field.indexOf('.')
  const key = field.slice(dot + 1)
  const name = `${prefix}_key`
  if (dot > 0 && field.startsWith('query.')) return { text: queryValue(`$${name}`), params: { [name]: key } }
  if (dot > 0 && field.startsWith('extra.'))
    return { text: `(extra->>$${name})`, params: { [name]: pointer(key) } }
  switch (field) {
    case 'url.path':
      return { text: `split_part(url, '?', 1)`, params: {} }
    case 'query':
      return { text: QUERY_KEYS, params: {} }
    case 'extra':
      return { text: `json_keys(extra)`, params: {} }
    case 'hour':
      return {
        text: `strftime(timezone($${prefix}_zone, time), '%H')`,
        params: { [`${prefix}_zone`]: timeZone },
      }
    case 'sql_count_band':
      return { text: SQL_COUNT_BAND, params: {} }
    case 'after_head':
      return { text: AFTER_HEAD, params: {} }
    default:
      throw new QuestionError(
        `@actionlog/cli: ${JSON.stringify(field)} is not a field of a request${didYouMean(field, FIELDS) || '.'} The fields are ${FIELDS.join(', ')}`,
      )
  }
}

/** Whether a field has a list of values for each request. */
export function isList(field: string): boolean {
  return field === 'query' || field === 'extra'
}

const DERIVED = ['url.path', 'query', 'query.KEY', 'extra.KEY', 'hour', 'sql_count_band', 'after_head']
const FIELDS = [...Object.keys(requests), ...DERIVED]

/** SQL: the query of the URL as it came; null without one. */
export const QUERY: string = `CASE WHEN contains(url, '?') THEN split_part(url, '?', 2) END`

/** SQL: the parts of such a query, and the keys of such parts, each once. */
export function partsOf(query: string): string {
  return `string_split(${query}, '&')`
}
export function keysOf(parts: string): string {
  return `list_distinct(list_transform(${parts}, lambda part: split_part(part, '=', 1)))`
}

/** The keys of the URL's query, each once. */
export const QUERY_KEYS: string = keysOf(partsOf(QUERY))

/** SQL for a query value as a person reads it: decoded where it is valid, else as it came. */
export function decoded(text: string): string {
  return `coalesce(try(url_decode(replace(${text}, '+', ' '))), ${text})`
}

/** The first value of the key; '' for a key without one; null without the key. */
function queryValue(key: string): string {
  const part = `list_filter(${partsOf(QUERY)}, lambda part: split_part(part, '=', 1) = ${key})[1]`
  return `CASE WHEN contains(url, ${key}) THEN ${decoded(`substr(${part}, length(${key}) + 2)`)} END`
}

const SQL_COUNT_BAND = `CASE ${SQL_BANDS.toReversed()
  .map((from, i, bands) => `WHEN sql_count >= ${from} THEN '${bandName(from, bands[i - 1])}'`)
  .join(' ')} END`

/** Whether the response head went out early: then most of the time is streaming and the client's network. */
const AFTER_HEAD = `CASE WHEN total_time - head_time > total_time / 2 THEN 'most of total_time'
  WHEN head_time IS NOT NULL THEN 'less than half' END`

function bandName(from: number, next: number | undefined): string {
  if (next === undefined) return `${from}+`
  return next === from + 1 ? String(from) : `${from}–${next - 1}`
}

/** A JSON pointer (RFC 6901), which can name any key. */
export function pointer(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
}
