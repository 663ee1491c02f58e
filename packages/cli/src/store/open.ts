import { atExit } from './at-exit.js'
import { Connections } from './connections.js'
import { duckdb } from './duckdb.js'
import { Filling } from './filling.js'
import { makePrivateFolder } from './private-folder.js'
import { createTables } from './schema.js'
import type { Param, Store } from './store.js'

export interface StoreOptions {
  /** How much memory DuckDB takes; the rest spills to a private folder. Default: 1 GB. */
  memoryLimitBytes?: number
}

export interface OpenStore extends Store {
  /** Puts records in. */
  readonly filling: Filling
  /** Interrupts what runs and frees everything. Queries that run or wait reject. */
  close(): Promise<void>
}

/**
 * Opens an empty store: a DuckDB in memory, whose SQL can reach no file and no network. Its settings are locked when
 * loading ends.
 */
export async function openStore({ memoryLimitBytes = 1e9 }: StoreOptions = {}): Promise<OpenStore> {
  const folder = makePrivateFolder()
  const instance = await duckdb.DuckDBInstance.create(':memory:', {
    memory_limit: `${Math.round(memoryLimitBytes)}B`,
    temp_directory: folder.path,
    autoinstall_known_extensions: 'false',
    threads: '1', // until loading ends
  })
  const own = await instance.connect()
  for (const sql of [
    ...createTables,
    "SET GLOBAL TimeZone = 'UTC'",
    `SET allowed_directories = [${duckdb.quotedString(folder.path)}]`,
    'SET enable_external_access = false',
  ])
    await own.run(sql)
  const connections = new Connections()
  await connections.open(instance)
  const filling = new Filling(own, folder.path)
  const leave = atExit(() => {
    connections.interrupt()
    filling.interrupt()
  })
  return {
    filling,
    query: <Row>(sql: string, params: Record<string, Param> = {}, signal?: AbortSignal) =>
      connections.query<Row>(sql, params, signal),
    async close() {
      await Promise.all([connections.close(), filling.close()])
      instance.closeSync()
      leave()
      folder.remove()
    },
  }
}
