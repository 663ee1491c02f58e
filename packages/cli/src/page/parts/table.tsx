import type { ComponentChildren, VNode } from 'preact'
import { whileReading } from '../state/reading.js'
import { saveCsv } from './csv.js'
import { format, type Unit } from './format.js'

export interface Column<Row> {
  /** Its name in CSV. */
  readonly name: string
  /** Its heading. Default: the name. */
  readonly title?: string
  readonly unit?: Unit
  readonly value: (row: Row) => unknown
  /** What the cell shows. Default: the value in its unit. */
  readonly show?: (row: Row) => ComponentChildren
  /** Left out on narrow screens. */
  readonly isMinor?: boolean
  /** The address that sorts by it. */
  readonly sortLink?: string
  readonly isSorted?: boolean
  /** It takes the room that is left, and its text is cut. */
  readonly isWide?: boolean
}

interface TableProps<Row> {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string | number
}

/** A table. Its rows stay as they are while the pointer is over it or the focus in it. */
export function Table<Row>({ label, columns, rows, keyOf }: TableProps<Row>): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div class="scroll" role="group" aria-label={label} tabIndex={0} {...whileReading}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                class={classes(column)}
                aria-sort={column.isSorted ? 'descending' : undefined}
              >
                {column.sortLink ? <a href={column.sortLink}>{nameOf(column)}</a> : nameOf(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} tabIndex={-1}>
              {columns.map((column) => (
                <td
                  key={column.name}
                  class={classes(column)}
                  data-title={nameOf(column)}
                  title={column.isWide && !column.show ? format(column.value(row), column.unit) : undefined}
                >
                  {column.show ? column.show(row) : format(column.value(row), column.unit)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" class="csv" onClick={() => saveCsv(label, columns, rows)}>
        Save as CSV
      </button>
    </div>
  )
}

function nameOf<Row>({ title, name }: Column<Row>): string {
  return title ?? name
}

function classes<Row>({ unit = 'text', isMinor, isWide }: Column<Row>): string {
  const isNumber = unit === 'count' || unit === 'ms' || unit === 'share'
  return [isNumber && 'number', isMinor && 'minor', isWide && 'wide'].filter(Boolean).join(' ')
}
