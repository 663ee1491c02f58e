import type { SqlStatement } from '@actionlog/core'

/** Runs `run` and ends its statement with it, however it ends. */
export async function timed<T>(statement: SqlStatement, run: () => PromiseLike<T>): Promise<T> {
  let failed = true
  try {
    const result = await run()
    failed = false
    return result
  } finally {
    statement.end(failed)
  }
}
