import type { SqlStatement } from '@actionlog/core'

/** Calls `run`, and ends the statement when it resolves, rejects or throws. */
export function timed<T>(statement: SqlStatement, run: () => PromiseLike<T>): PromiseLike<T> {
  let running: PromiseLike<T>
  try {
    running = run()
  } catch (error) {
    statement.end(true)
    throw error
  }
  if (typeof running?.then !== 'function') {
    statement.end()
    return running // a driver may answer at once; whoever awaits it does not care
  }
  // not an async function, which makes two more promises
  return running.then(
    (result) => {
      statement.end()
      return result
    },
    (error) => {
      statement.end(true)
      throw error
    },
  )
}
