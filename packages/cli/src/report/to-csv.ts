import { inert } from '../terminal/inert.js'
import { isoTime } from '../time-zone/iso.js'
import type { Cell, Column, Panel } from './panel.js'

// What makes a spreadsheet run the cell, in its full-width forms, too
const FORMULA = /^\s*[=+\-@|＝＋－＠]/

/**
 * A panel as CSV (RFC 4180) with the fields' names in its first line. Numbers are as in JSON, times ISO 8601; a text that a
 * spreadsheet could run as a formula begins with `'`.
 */
export function panelCsv(panel: Panel): string {
  const columns = panel.columns
    .map((column, i) => ({ column, i }))
    .filter(({ column }) => column.unit !== 'chart')
  const header = columns.map(({ column }) => quote(column.name))
  const rows = panel.rows.map((row) => columns.map(({ column, i }) => csvCell(row[i] as Cell, column)))
  return [header, ...rows].map((cells) => `${cells.join(',')}\r\n`).join('')
}

function csvCell({ value }: Cell, { unit }: Column): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number')
    return unit === 'time' || unit === 'clock' ? (isoTime(value) ?? '') : String(value)
  return quote(String(value))
}

function quote(text: string): string {
  const safe = inert(text)
  const dull = FORMULA.test(safe) ? `'${safe}` : safe
  return /[",;\s']/.test(dull) ? `"${dull.replaceAll('"', '""')}"` : dull
}
