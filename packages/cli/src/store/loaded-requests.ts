import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { int64Of } from './columns/number-column.js'
import { duckdb } from './duckdb.js'
import { type ParquetColumn, ParquetFile, type RowGroup } from './parquet/parquet-file.js'
import { writeAll } from './spool-file.js'

/** A file that is being written. */
interface OpenFile {
  readonly path: string
  readonly handle: FileHandle
  readonly parquet: ParquetFile
}

/**
 * The requests of the log's files. They stay in Parquet files in the private folder: a table of DuckDB would need
 * several times as long to fill, and all the memory it may have.
 */
export class LoadedRequests {
  readonly #folder: string
  /** The files that are whole, and how many rows they have together. */
  readonly #paths: string[] = []
  #rows = 0
  #open: OpenFile | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Rows that are in none of these files have the ids from here on. */
  get nextId(): number {
    return this.#rows
  }

  /** SQL that reads the rows of all whole files; `undefined` if there is none. */
  get sql(): string | undefined {
    if (this.#paths.length === 0) return undefined
    return `SELECT * FROM read_parquet([${this.#paths.map(duckdb.quotedString).join(', ')}])`
  }

  /**
   * If it cannot be written, the rows of the file that is being written are lost.
   * @returns how many bytes were written
   */
  add({ rows, columns }: RowGroup): Promise<number> {
    return this.#write(({ parquet }) =>
      parquet.add({ rows, columns: [idColumn(this.#rows + parquet.rows, rows), ...columns] }),
    )
  }

  /** Makes the file whole that is being written. */
  async endFile(): Promise<void> {
    if (!this.#open) return
    const { path, parquet } = this.#open
    await this.#write(() => parquet.end())
    await this.close()
    this.#paths.push(path)
    this.#rows += parquet.rows
  }

  /** Leaves the file that is being written. */
  async close(): Promise<void> {
    await this.#open?.handle.close()
    this.#open = undefined
  }

  async #write(partsFor: (file: OpenFile) => Uint8Array[]): Promise<number> {
    const file = await this.#openFile()
    try {
      return await writeAll(file.handle, partsFor(file))
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async #openFile(): Promise<OpenFile> {
    const path = join(this.#folder, `requests-${this.#paths.length}`)
    this.#open ??= { path, handle: await open(path, 'w', 0o600), parquet: new ParquetFile() }
    return this.#open
  }
}

function idColumn(first: number, rows: number): ParquetColumn {
  const values = int64Of(Float64Array.from({ length: rows }, (_, row) => first + row))
  const range = { min: values.subarray(0, 8), max: values.subarray(-8) }
  return { name: 'id', type: 'BIGINT', count: rows, present: new Uint8Array(), values, range }
}
