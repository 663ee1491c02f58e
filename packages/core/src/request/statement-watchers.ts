import { slot } from '../shared.js'

/** Takes a statement's SQL, and the name of its operation where that is known. */
export type StatementWatcher = (sql: string, name: string | undefined) => void

/** Called for each statement that starts in any request: the test kit's. */
export const statementWatchers: Set<StatementWatcher> = slot('statement-watchers', () => new Set())
