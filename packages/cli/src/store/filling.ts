import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { duckdb } from './duckdb.js'
import { LoadedRequests } from './loaded-requests.js'
import { ParquetFile, type RowGroup } from './parquet/parquet-file.js'
import { readerColumns, rejected, requestsView } from './schema.js'
import { SpoolFile } from './spool-file.js'
import { StoreError } from './store.js'

/** A piece of a log that is no record: a row of the table `rejected`. */
export interface Rejected {
  readonly file: string
  readonly byte_offset: number
  readonly line: number
  readonly reason: string
  readonly text: string
}

/** Each row's JSON must fit. Much larger buffers cost more than the reading itself. */
const MIN_OBJECT_BYTES = 256 << 10
/** More labelled records than a row group of DuckDB has: then a commit moves row groups instead of copying rows. */
const COMMIT_BYTES = 128 << 20

/**
 * The way into the tables. Rows go through a file in the private folder: DuckDB reads a file several times faster than it
 * takes values one by one. Calls are done one after the other.
 */
export class Filling {
  readonly #connection: DuckDBConnection
  readonly #folder: string
  readonly #loaded: LoadedRequests
  readonly #free: SpoolFile[] = []
  #files = 0
  #last: Promise<void> = Promise.resolve()
  #isClosed = false
  #isLoading = false
  #uncommittedBytes = 0

  constructor(connection: DuckDBConnection, folder: string) {
    this.#connection = connection
    this.#folder = folder
    this.#loaded = new LoadedRequests(folder)
  }

  /** @param rows with the columns of `requests` but its id, see `RequestColumns` */
  addRequests(rows: RowGroup): Promise<void> {
    if (this.#isLoading) return this.#inTurn(async () => this.#count(await this.#loaded.add(rows)))
    const file = new ParquetFile()
    return this.#add(
      [...file.add(rows), ...file.end()],
      (path) => `INSERT INTO live_requests BY NAME SELECT * FROM read_parquet(${path})`,
    )
  }

  /**
   * @param lines labelled records as JSON
   * @param longest bytes of the longest line
   */
  addActions(lines: Uint8Array, longest: number): Promise<void> {
    return this.#add(
      [lines],
      (file) => `INSERT INTO action_rows
        SELECT try_cast(json->>'time' AS TIMESTAMPTZ), json->>'label_name', json->>'request_id', json->>'user', json
        FROM read_ndjson_objects(${file}, ${sizeOption(longest)})`,
    )
  }

  addRejected(rows: readonly Rejected[]): Promise<void> {
    const lines = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    return this.#add(
      [lines],
      (file) => `INSERT INTO rejected
        SELECT * FROM read_json(${file}, format = 'newline_delimited', columns = ${readerColumns(rejected)})`,
    )
  }

  /**
   * Adds in large transactions from now on: queries see what was added after each 128 MiB. What is added otherwise must come
   * after all that is loaded, or its ids would change.
   */
  beginLoading(): Promise<void> {
    this.#isLoading = true
    return this.#inTurn(() => this.#begin())
  }

  /**
   * Ends what `beginLoading()` began: queries see all that was added, may use all cores, and cannot change settings.
   */
  async endLoading(): Promise<void> {
    if (this.#isLoading) {
      this.#isLoading = false
      await this.#inTurn(() => this.#commit())
    }
    const [locked] = (
      await this.#connection.runAndReadAll("SELECT current_setting('lock_configuration')")
    ).getRows()
    if (locked?.[0] === true) return
    // while loading, threads that wait for a part of a small file would only take time from those that work
    await this.#connection.run(`SET threads = ${availableParallelism()}`)
    await this.#connection.run('SET lock_configuration = true')
  }

  interrupt(): void {
    this.#connection.interrupt()
  }

  /** Interrupts what is being added; later additions reject. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.interrupt()
    await this.#last
    await this.#loaded.close()
    this.#connection.closeSync()
  }

  async #add(parts: readonly Uint8Array[], insertFrom: (path: string) => string): Promise<void> {
    const file = this.#free.pop() ?? new SpoolFile(join(this.#folder, `${this.#files++}`))
    const written = file.write(parts)
    try {
      await this.#inTurn(async () => {
        const bytes = await written
        if (bytes === 0) return
        await this.#connection.run(insertFrom(duckdb.quotedString(file.path)))
        if (this.#isLoading) await this.#count(bytes)
      })
    } finally {
      this.#free.push(file)
    }
  }

  /** Does it once all that was asked before is done. */
  #inTurn(step: () => Promise<void>): Promise<void> {
    const done = this.#last.then(async () => {
      try {
        if (this.#isClosed) throw new StoreError('@actionlog/cli: the store is closed')
        await step()
      } catch (error) {
        throw error instanceof StoreError ? error : new StoreError(`@actionlog/cli: ${this.#explain(error)}`)
      }
    })
    this.#last = done.catch(() => {})
    return done
  }

  #explain(error: unknown): string {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'ENOSPC') return message
    return `no space left in ${this.#folder}, which takes up to a third of the log's size: set TMPDIR to a folder with more`
  }

  async #count(bytes: number): Promise<void> {
    this.#uncommittedBytes += bytes
    if (this.#uncommittedBytes < COMMIT_BYTES) return
    await this.#commit().finally(() => this.#begin())
  }

  async #begin(): Promise<void> {
    this.#uncommittedBytes = 0
    await this.#connection.run('BEGIN')
  }

  async #commit(): Promise<void> {
    try {
      await this.#loaded.endFile()
    } finally {
      // all else is there, also if the disk is full
      await this.#connection.run(requestsView(this.#loaded.sql, this.#loaded.nextId))
      await this.#connection.run('COMMIT')
    }
  }
}

function sizeOption(longest: number): string {
  return `maximum_object_size = ${Math.max(MIN_OBJECT_BYTES, longest + 1)}`
}
