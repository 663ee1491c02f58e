import { rollups } from '../../store/schema.js'
import type { Store } from '../../store/store.js'
import { bucketWidth, PLAUSIBLE_FROM, plausibleUntil } from '../buckets.js'
import { type RollupTable, rollupSql } from './sql.js'

/** A smaller log is asked exactly: that is fast enough. */
const FEWEST_ROWS = 1_000_000
/** Fewer rows are not worth a batch of their own: questions sum them up themselves. */
const BATCH_ROWS = 250_000

/** Longer cells would not fit days that begin at a quarter past the hour. */
const LONGEST_CELL_MS = 900_000
/** Buckets that a chart over all of the log has. */
const CHART_BUCKETS = 120

const TABLES = Object.keys(rollups).filter((name) => name !== 'rolled') as RollupTable[]

/** Sums up the requests of a large log in batches while it is read, see {@link rollups}. */
export class RollupBuilder {
  readonly #store: Store
  readonly #fewestRows: number
  readonly #batchRows: number
  #rows = 0
  #first = Number.POSITIVE_INFINITY
  #last = Number.NEGATIVE_INFINITY
  #isStopped = false

  constructor(store: Store, { fewestRows = FEWEST_ROWS, batchRows = BATCH_ROWS } = {}) {
    this.#store = store
    this.#fewestRows = fewestRows
    this.#batchRows = batchRows
  }

  /** Sums up what the store holds, if it is enough. Where that fails, the sums end, and questions scan what follows. */
  async advance(heldRows: number): Promise<void> {
    if (this.#isStopped || heldRows < this.#fewestRows) return
    try {
      while (heldRows - this.#rows >= this.#batchRows)
        await this.#addBatch(Math.min(heldRows, this.#rows + 2 * this.#batchRows))
    } catch (error) {
      this.#isStopped = true // the sums of half a batch belong to no finished one, so nobody reads them
      throw error
    }
  }

  async #addBatch(rows: number): Promise<void> {
    const isInBatch = `id >= ${this.#rows} AND id < ${rows}`
    const grain = await this.#grainWith(isInBatch)
    for (const table of TABLES)
      await this.#store.query(
        `INSERT INTO ${table} BY NAME SELECT ${rows} AS rows, * FROM (${rollupSql(table, grain, isInBatch)})`,
      )
    await this.#store.query(`INSERT INTO rolled VALUES (${rows}, ${grain})`)
    this.#rows = rows
  }

  /** The length of a cell: never longer than a bucket of a chart over all of the log so far. */
  async #grainWith(isInBatch: string): Promise<number> {
    const [extent] = await this.#store.query<{ first: number | null; last: number | null }>(
      `SELECT min(time) AS first, max(time) AS last
      FROM requests WHERE ${isInBatch} AND epoch_ms(time) BETWEEN $from AND $until`,
      { from: PLAUSIBLE_FROM, until: plausibleUntil() },
    )
    this.#first = Math.min(this.#first, extent?.first ?? this.#first)
    this.#last = Math.max(this.#last, extent?.last ?? this.#last)
    const span = Math.max(0, this.#last - this.#first)
    return Math.min(bucketWidth(span, CHART_BUCKETS), LONGEST_CELL_MS)
  }
}
