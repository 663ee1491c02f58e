import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { NumberColumn } from './columns/number-column.js'
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
  /** The files that are whole. */
  readonly #paths: string[] = []
  /** Rows in these, and in the one that is being written. */
  #rows = 0
  #open: OpenFile | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Rows have the ids from here on that are not in these files. */
  get nextId(): number {
    return this.#rows
  }

  /** SQL that reads the rows of all whole files; `undefined` if there is none. */
  get sql(): string | undefined {
    if (this.#paths.length === 0) return undefined
    return `SELECT * FROM read_parquet([${this.#paths.map(duckdb.quotedString).join(', ')}])`
  }

  /** @returns how many bytes were written */
  async add({ rows, columns }: RowGroup): Promise<number> {
    const { handle, parquet } = await this.#openFile()
    const parts = parquet.add({ rows, columns: [idColumn(this.#rows, rows), ...columns] })
    this.#rows += rows
    return writeAll(handle, parts)
  }

  /** Makes the file whole that is being written. */
  async endFile(): Promise<void> {
    const ended = this.#open
    if (!ended) return
    this.#open = undefined
    await writeAll(ended.handle, ended.parquet.end())
    await ended.handle.close()
    this.#paths.push(ended.path)
  }

  /** Leaves the file as it is that is being written. */
  async close(): Promise<void> {
    await this.#open?.handle.close()
    this.#open = undefined
  }

  async #openFile(): Promise<OpenFile> {
    const path = join(this.#folder, `requests-${this.#paths.length}`)
    this.#open ??= { path, handle: await open(path, 'w', 0o600), parquet: new ParquetFile() }
    return this.#open
  }
}

function idColumn(first: number, rows: number): ParquetColumn {
  const ids = new NumberColumn('BIGINT')
  for (let row = 0; row < rows; row++) ids.add(row, first + row)
  const { count, bits } = ids.presence
  return { name: 'id', type: 'BIGINT', count, present: bits, values: ids.values(), range: ids.range() }
}
