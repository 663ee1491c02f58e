import { slot } from '../shared.js'
import type { SqlDialect } from './fingerprint/dialect.js'

/** Takes a statement's SQL as it starts, and its dialect and the name of its operation where they are known. */
export type StatementWatcher = (
  sql: string,
  dialect: SqlDialect | undefined,
  operation: string | undefined,
) => void

/** They are called for every statement of every request: the test kit counts with them. */
export const statementWatchers: Set<StatementWatcher> = slot('statement-watchers', () => new Set())
