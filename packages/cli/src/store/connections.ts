import { setTimeout as sleep } from 'node:timers/promises'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { type Param, StoreError } from './store.js'
import { bindParams, toPlainValue } from './values.js'

/** More would take all of libuv's threads, and then reading a file waits for seconds. */
const CONNECTIONS = 2
const RETRY_MS = 10

/** The connections that queries run on: each runs one at a time, the others queue for a free one. */
export class Connections {
  readonly #free: DuckDBConnection[] = []
  readonly #busy = new Set<DuckDBConnection>()
  readonly #queue: (() => void)[] = []
  #isClosed = false

  async open(instance: DuckDBInstance): Promise<void> {
    for (let i = 0; i < CONNECTIONS; i++) this.#free.push(await instance.connect())
  }

  async query<Row>(sql: string, params: Record<string, Param>, signal?: AbortSignal): Promise<Row[]> {
    const connection = await this.#take(signal)
    let timer: NodeJS.Timeout | undefined
    const interrupt = (): void => {
      connection.interrupt()
      timer = setTimeout(interrupt, RETRY_MS) // one that comes before the query has begun has no effect
    }
    signal?.addEventListener('abort', interrupt, { once: true })
    try {
      return (await run(connection, sql, params)) as Row[]
    } catch (error) {
      signal?.throwIfAborted()
      if (this.#isClosed) throw closed()
      throw error instanceof Error ? new StoreError(explain(error.message)) : error
    } finally {
      signal?.removeEventListener('abort', interrupt)
      clearTimeout(timer)
      this.#release(connection)
    }
  }

  /** Interrupts what runs: `process.exit()` would otherwise hang until it is done. */
  interrupt(): void {
    for (const connection of this.#busy) connection.interrupt()
  }

  /** Interrupts what runs and refuses what waits. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const wake of this.#queue.splice(0)) wake()
    while (this.#busy.size > 0) {
      this.interrupt()
      await sleep(RETRY_MS)
    }
    for (const connection of this.#free.splice(0)) connection.closeSync()
  }

  async #take(signal?: AbortSignal): Promise<DuckDBConnection> {
    for (;;) {
      signal?.throwIfAborted()
      if (this.#isClosed) throw closed()
      const connection = this.#free.pop()
      if (connection) {
        this.#busy.add(connection)
        return connection
      }
      await this.#turn(signal)
    }
  }

  #turn(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const leave = (): void => {
        this.#queue.splice(this.#queue.indexOf(wake), 1)
        wake()
      }
      this.#queue.push(wake)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }

  #release(connection: DuckDBConnection): void {
    this.#busy.delete(connection)
    this.#free.push(connection)
    this.#queue.shift()?.()
  }
}

async function run(
  connection: DuckDBConnection,
  sql: string,
  params: Record<string, Param>,
): Promise<Record<string, unknown>[]> {
  const statement = await connection.prepare(sql)
  try {
    bindParams(statement, params)
    const result = await statement.run()
    return (await result.convertRowObjects<unknown>(toPlainValue)) as Record<string, unknown>[]
  } finally {
    statement.destroySync()
  }
}

function explain(message: string): string {
  return message.startsWith('Out of Memory')
    ? '@actionlog/cli: the memory limit is too small for this question: raise --memory-limit, or ask about a part of the log'
    : message
}

function closed(): StoreError {
  return new StoreError('@actionlog/cli: the store is closed')
}
