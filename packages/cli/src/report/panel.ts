import type { Unit, Value } from '../terminal/format-value.js'
import type { Tone } from '../terminal/paint.js'

export interface Column {
  /** Its name in CSV: the answer's field. */
  readonly name: string
  /** Its heading for people. Default: the name. */
  readonly title?: string
  readonly unit: Unit
  /** Where the terminal is too narrow, the columns with the lowest number go first. Default: 9, which stays. */
  readonly keep?: number
}

export interface Cell {
  readonly value: Value
  readonly tone: Tone
}

/** A table with its title: what terminal, CSV and HTML write, each in its way. */
export interface Panel {
  readonly title: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
  /** `figures`: one row, shown as names and values; `series`: a chart of each column over the first. Default: table. */
  readonly layout?: 'figures' | 'series' | 'table'
  /** Sentences below it: what was left out, what there is none of. */
  readonly notes: readonly string[]
}

/** A note below percentiles that are not exact. */
export const APPROXIMATE = '≈ p50, p95 and p99 are within 1%.'

/** A column of rows of one kind. */
export interface ColumnOf<Row> extends Column {
  readonly value: (row: Row) => Value
  readonly tone?: (row: Row) => Tone | undefined
}

/** Makes a panel out of an answer's rows. */
export function panel<Row>(
  title: string,
  rows: readonly Row[],
  columns: readonly ColumnOf<Row>[],
  notes: readonly (string | false | undefined)[] = [],
): Panel {
  return {
    title,
    columns,
    rows: rows.map((row) =>
      columns.map(({ value, tone }) => ({ value: value(row), tone: tone?.(row) ?? 'plain' })),
    ),
    notes: notes.filter((note) => typeof note === 'string'),
  }
}

/** How a note of {@link leftOut} ends. */
export const LIMIT_HINT = '; --limit N shows more.'

/** `5 of 12 views; --limit N shows more.` where rows were left out. */
export function leftOut(shown: number, total: number, what: string): string | false {
  return total > shown && `${shown} of ${total.toLocaleString('en-US')} ${what}${LIMIT_HINT}`
}
