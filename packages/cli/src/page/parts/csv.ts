import { inert } from '../../terminal/inert.js'
import { saveFile } from './save.js'
import type { Column } from './table.js'

/** Saves the rows that a table shows, as CSV (RFC 4180) with the fields' names in its first line. */
export function saveCsv<Row>(label: string, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  const lines = [
    columns.map(({ name }) => quote(name)),
    ...rows.map((row) => columns.map((column) => cell(column.value(row), column))),
  ]
  const name = label.replaceAll(/[^\w]+/g, '-').toLowerCase()
  saveFile(`${name}.csv`, 'text/csv', lines.map((cells) => `${cells.join(',')}\r\n`).join(''))
}

function cell<Row>(value: unknown, { unit }: Column<Row>): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number')
    return unit === 'time' || unit === 'clock' ? new Date(value).toISOString() : String(value)
  return quote(typeof value === 'object' ? JSON.stringify(value) : String(value))
}

// What makes a spreadsheet run the cell, in its full-width forms, too
const FORMULA = /^\s*[=+\-@|＝＋－＠]/

function quote(text: string): string {
  const safe = inert(text)
  const dull = FORMULA.test(safe) ? `'${safe}` : safe
  return /[",;\s']/.test(dull) ? `"${dull.replaceAll('"', '""')}"` : dull
}
