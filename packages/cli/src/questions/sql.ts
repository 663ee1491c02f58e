import type { Store } from '../store/store.js'
import { firstParagraph, parseSelect } from './user-condition.js'

export interface SqlOptions {
  /** Rows beyond are left out. Default: 1000. */
  limit?: number
}

export interface SqlAnswer {
  columns: readonly string[]
  /** Their types in DuckDB. */
  types: readonly string[]
  /** Values as JSON has them. */
  rows: readonly (readonly unknown[])[]
  /** Whether rows were left out. */
  truncated: boolean
}

/**
 * Answers what nobody thought of: one SELECT over the tables of {@link schema}, whatever the scope.
 * @throws Error that says what is wrong with the statement: it can only read the store
 */
export async function sql(
  store: Store,
  text: string,
  options: SqlOptions = {},
  signal?: AbortSignal,
): Promise<SqlAnswer> {
  const { limit = 1000 } = options
  const query = text.trim().replace(/;$/, '')
  const fail = (rule: string): never => {
    throw new Error(`@actionlog/cli: --sql ${rule}, got ${JSON.stringify(text)}`)
  }
  const { error, error_message, statements = [] } = await parseSelect(store, query)
  if (error) fail(`must be one SELECT over the tables of the log (${error_message})`)
  if (statements.length !== 1) fail('must be one SELECT')
  if (statements.some((statement) => statement.named_param_map.length > 0)) fail('must not use parameters')
  try {
    const columns = await store.query<{ column_name: string; column_type: string }>(
      `DESCRIBE ${query}`,
      {},
      signal,
    )
    const names = columns.map((column) => column.column_name)
    const renamed = names.map((_, i) => `c${i}`).join(', ') // names may occur twice
    const rows = await store.query<Record<string, unknown>>(
      `SELECT * FROM (${query}\n) AS answer(${renamed}) LIMIT ${Math.trunc(limit) + 1}`,
      {},
      signal,
    )
    return {
      columns: names,
      types: columns.map((column) => column.column_type),
      rows: rows.slice(0, limit).map((row) => names.map((_, i) => row[`c${i}`])),
      truncated: rows.length > limit,
    }
  } catch (error) {
    signal?.throwIfAborted()
    return fail(`could not be answered (${firstParagraph(error)})`)
  }
}
