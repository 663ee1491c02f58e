import { rm, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, quotedString } from '@duckdb/node-api'
import { readerColumns, rejected, requests, withoutId } from './schema.js'
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
/** More rows than a row group of DuckDB has: then a commit moves row groups instead of copying rows. */
const COMMIT_BYTES = 128 << 20

/**
 * The way into the tables. Lines go through a file in the private folder: DuckDB reads JSON from a file several times
 * faster than it takes values one by one. Calls are done one after the other.
 */
export class Filling {
  readonly #connection: DuckDBConnection
  readonly #folder: string
  #files = 0
  #last: Promise<void> = Promise.resolve()
  #isClosed = false
  #isLoading = false
  #uncommittedBytes = 0

  constructor(connection: DuckDBConnection, folder: string) {
    this.#connection = connection
    this.#folder = folder
  }

  /**
   * @param lines JSON objects with the columns of `requests` as fields, see `requestLine`
   * @param longest bytes of the longest line
   */
  addRequests(lines: Uint8Array, longest: number): Promise<void> {
    return this.#add(lines, (file) => {
      const options = `format = 'newline_delimited', ignore_errors = true, ${sizeOption(longest)}`
      const columns = readerColumns(withoutId(requests))
      return `INSERT INTO request_rows SELECT * FROM read_json(${file}, ${options}, columns = ${columns})`
    })
  }

  /**
   * @param lines labelled records as JSON
   * @param longest bytes of the longest line
   */
  addActions(lines: Uint8Array, longest: number): Promise<void> {
    return this.#add(
      lines,
      (file) => `INSERT INTO action_rows
        SELECT try_cast(json->>'time' AS TIMESTAMPTZ), json->>'label_name', json->>'request_id', json->>'user', json
        FROM read_ndjson_objects(${file}, ${sizeOption(longest)})`,
    )
  }

  addRejected(rows: readonly Rejected[]): Promise<void> {
    const lines = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    return this.#add(
      lines,
      (file) => `INSERT INTO rejected
        SELECT * FROM read_json(${file}, format = 'newline_delimited', columns = ${readerColumns(rejected)})`,
    )
  }

  /** Adds in large transactions from now on. Queries see what was added after each 128 MiB. */
  beginLoading(): void {
    this.#isLoading = true
  }

  /**
   * Ends what `beginLoading()` began: queries see all that was added, may use all cores, and cannot change settings.
   */
  async endLoading(): Promise<void> {
    this.#isLoading = false
    await this.#last
    await this.#commit()
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
    this.#connection.closeSync()
  }

  #add(lines: Uint8Array, insertFrom: (file: string) => string): Promise<void> {
    const path = join(this.#folder, `${this.#files++}.json`)
    const written = writeFile(path, lines, { mode: 0o600 })
    const added = Promise.all([written, this.#last]).then(async () => {
      try {
        if (this.#isClosed) throw new StoreError('@actionlog/cli: the store is closed')
        if (lines.length > 0) await this.#insert(insertFrom(quotedString(path)), lines.length)
      } catch (error) {
        throw error instanceof StoreError
          ? error
          : new StoreError(`@actionlog/cli: ${(error as Error).message}`)
      } finally {
        await rm(path, { force: true })
      }
    })
    this.#last = added.catch(() => {})
    return added
  }

  async #insert(sql: string, bytes: number): Promise<void> {
    if (this.#isLoading && this.#uncommittedBytes === 0) await this.#connection.run('BEGIN')
    if (this.#isLoading) this.#uncommittedBytes += bytes
    await this.#connection.run(sql)
    if (this.#uncommittedBytes >= COMMIT_BYTES) await this.#commit()
  }

  async #commit(): Promise<void> {
    if (this.#uncommittedBytes > 0) await this.#connection.run('COMMIT')
    this.#uncommittedBytes = 0
  }
}

function sizeOption(longest: number): string {
  return `maximum_object_size = ${Math.max(MIN_OBJECT_BYTES, longest + 1)}`
}
