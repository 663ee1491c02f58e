import type { Store } from '../store/store.js'

export interface SqlOptions {
  /** Rows beyond are left out. Default: 1000. */
  limit?: number
}

export interface SqlAnswer {
  columns: readonly string[]
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
  _store: Store,
  _text: string,
  _options: SqlOptions = {},
  _signal?: AbortSignal,
): Promise<SqlAnswer> {
  throw new Error('sql is not built yet')
}
