import {
  type DuckDBConnection,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBTimestampTZValue,
  type DuckDBValue,
  listValue,
} from '@duckdb/node-api'
import { actions, type Columns, rejected, requests } from '../../src/store/schema.js'
import type { Param, Store } from '../../src/store/store.js'

export type Raw = Record<string, unknown>

/** A store that holds these records, as the input would have put them in. */
export async function storeOf(records: readonly Raw[], rejects: readonly Raw[] = []): Promise<Store> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run("SET TimeZone = 'UTC'")
  const tables = { requests, actions, rejected }
  const rows: Record<keyof typeof tables, Raw[]> = { requests: [], actions: [], rejected: [...rejects] }
  records.forEach((record, i) => {
    if (record['label_name'] === 'footprint') rows.requests.push({ ...record, id: i * 2 })
    else rows.actions.push({ ...record, fields: record, id: i * 2 + 1 })
  })
  for (const [name, columns] of Object.entries(tables)) {
    await fill(connection, name, columns, rows[name as keyof typeof tables])
  }
  await connection.run('SET enable_external_access = false')
  await connection.run('SET lock_configuration = true')
  return {
    async query<Row>(sql: string, params: Record<string, Param> = {}) {
      const statement = await connection.prepare(sql)
      const values: Record<string, DuckDBValue> = {}
      for (let i = 1; i <= statement.parameterCount; i++) {
        const value = params[statement.parameterName(i)] as Param
        values[statement.parameterName(i)] = Array.isArray(value)
          ? listValue([...value])
          : (value as DuckDBValue)
      }
      statement.bind(values)
      return (await (await statement.run()).convertRowObjects<unknown>(plain)) as Row[]
    },
  }
}

async function fill(
  connection: DuckDBConnection,
  name: string,
  columns: Columns,
  rows: Raw[],
): Promise<void> {
  const definitions = Object.entries(columns).map(([column, type]) => `"${column}" ${type}`)
  await connection.run(`CREATE TABLE ${name} (${definitions.join(', ')})`)
  const structure = JSON.stringify(columns)
  for (let i = 0; i < rows.length; i += 1000) {
    await connection.run(
      `INSERT INTO ${name} SELECT unnest(from_json($rows::JSON, $structure), recursive := true)`.replace(
        '$structure',
        `'[${structure.replaceAll("'", "''")}]'`,
      ),
      { rows: JSON.stringify(rows.slice(i, i + 1000)) },
    )
  }
}

function plain(value: DuckDBValue): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof DuckDBTimestampTZValue) return Number(value.micros) / 1000
  if (value instanceof DuckDBListValue) return value.items.map(plain)
  return value
}
