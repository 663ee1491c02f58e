import type { DuckDBArrayValue, DuckDBPreparedStatement, DuckDBType, DuckDBValue } from '@duckdb/node-api'
import { duckdb } from './duckdb.js'
import { type Param, StoreError } from './store.js'

const {
  DOUBLE,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  listValue,
} = duckdb
const DAY_MS = 86_400_000

/** A value as questions see it, see `Store.query`. */
export function toPlainValue(value: DuckDBValue): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue)
    return value.isFinite ? milliseconds(value.micros) : null
  if (value instanceof DuckDBDecimalValue) return value.toDouble()
  if (value instanceof DuckDBDateValue) return value.days * DAY_MS
  if (value instanceof DuckDBIntervalValue)
    return (value.months * 30 + value.days) * DAY_MS + Number(value.micros) / 1_000
  if (value instanceof DuckDBStructValue) return mapValues(value.entries)
  if (value instanceof DuckDBMapValue)
    return Object.fromEntries(value.entries.map(({ key, value }) => [String(key), toPlainValue(value)]))
  if (value instanceof DuckDBListValue || isArray(value)) return value.items.map(toPlainValue)
  return String(value)
}

/** In two parts: a number does not hold all times in microseconds. */
function milliseconds(micros: bigint): number {
  return Number(micros / 1_000n) + Number(micros % 1_000n) / 1_000
}

/** Binds the parameters that the statement names. */
export function bindParams(
  statement: DuckDBPreparedStatement,
  params: Readonly<Record<string, Param>>,
): void {
  const values: Record<string, DuckDBValue> = {}
  const types: Record<string, DuckDBType> = {}
  for (let i = 1; i <= statement.parameterCount; i++) {
    const name = statement.parameterName(i)
    const value = params[name]
    if (value === undefined) throw new StoreError(`@actionlog/cli: the query needs a value for $${name}`)
    values[name] = typeof value === 'object' && value !== null ? listValue([...value]) : value
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) types[name] = DOUBLE // no BIGINT holds 1e300
  }
  statement.bind(values, types)
}

function isArray(value: DuckDBValue): value is DuckDBArrayValue {
  return typeof value === 'object' && value !== null && 'items' in value
}

function mapValues(entries: Readonly<Record<string, DuckDBValue>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, toPlainValue(value)]))
}
