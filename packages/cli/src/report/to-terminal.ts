import { fit, widthOf, wrap } from '../terminal/fit.js'
import { formatValue } from '../terminal/format-value.js'
import { inert } from '../terminal/inert.js'
import type { Paint } from '../terminal/paint.js'
import { narrow, sparkline } from '../terminal/sparkline.js'
import { type TableCell, type TableColumn, tableLines } from '../terminal/table.js'
import type { Cell, Column, Panel } from './panel.js'

const CHART_WIDTH = 12
const LEAST_TEXT = 12
const COMFORT = 30

/** A panel as lines of at most `width` columns. */
export function panelLines(panel: Panel, width: number, timeZone: string, paint: Paint): string[] {
  const title = panel.title === '' ? [] : [paint('title', inert(panel.title))]
  const notes = panel.notes.flatMap((note) => wrap(inert(note), width)).map((line) => paint('faint', line))
  if (panel.rows.length === 0) return [...title, ...notes]
  const body = { figures: figureLines, series: seriesLines, table: rowLines }[panel.layout ?? 'table']
  return [...title, ...body(panel, width, timeZone, paint), ...notes]
}

function rowLines(panel: Panel, width: number, timeZone: string, paint: Paint): string[] {
  const columns = panel.columns.map(
    ({ name, title, unit, keep }): TableColumn => ({
      title: inert(title ?? name), // of --sql it is what the query says
      align: unit === 'text' || unit === 'chart' || unit === 'time' || unit === 'clock' ? 'left' : 'right',
      keep: keep ?? 9,
      ...(unit === 'text' && { min: LEAST_TEXT, comfort: keep === undefined ? COMFORT : LEAST_TEXT }),
    }),
  )
  const rows = panel.rows.map((row) =>
    row.map(
      (cell, i): TableCell => ({
        text: textOf(cell, panel.columns[i] as Column, timeZone),
        tone: cell.tone,
      }),
    ),
  )
  return tableLines(columns, rows, width, paint)
}

function textOf({ value }: Cell, { unit }: Column, timeZone: string): string {
  if (unit === 'chart') return sparkline(narrow(value as readonly (number | null)[], CHART_WIDTH))
  return formatValue(value, unit, timeZone)
}

const GAP = '   '

/** Names and values beside each other, filled column by column. */
function figureLines(panel: Panel, width: number, timeZone: string, paint: Paint): string[] {
  const figures = (panel.rows[0] ?? []).map((cell, i) => {
    const column = panel.columns[i] as Column
    return { name: column.title ?? column.name, text: textOf(cell, column, timeZone), tone: cell.tone }
  })
  for (let height = 1; ; height++) {
    const columns = Array.from({ length: Math.ceil(figures.length / height) }, (_, n) =>
      figures.slice(n * height, (n + 1) * height),
    )
    const widths = columns.map((column) => ({
      name: Math.max(...column.map(({ name }) => widthOf(name))),
      text: Math.max(...column.map(({ text }) => widthOf(text))),
    }))
    const total = widths.reduce((sum, { name, text }) => sum + name + 2 + text + GAP.length, -GAP.length)
    if (total > width && height < figures.length) continue
    return Array.from({ length: height }, (_, line) =>
      columns
        .flatMap((column, n) => {
          const figure = column[line]
          if (!figure) return []
          const { name, text } = widths[n] as { name: number; text: number }
          const tone = figure.tone === 'plain' ? 'title' : figure.tone
          return `${paint('faint', fit(figure.name, name))}  ${paint(tone, fit(figure.text, text, 'right'))}`
        })
        .join(GAP),
    )
  }
}

/** One line of bars for each column but the first, which is the time. */
function seriesLines(panel: Panel, width: number, timeZone: string, paint: Paint): string[] {
  const columns = panel.columns.slice(1).map((column, i) => {
    const values = panel.rows.map((row) => (row[i + 1] as Cell).value as number | null)
    const most = Math.max(0, ...values.map((value) => value ?? 0))
    return {
      name: column.title ?? column.name,
      values,
      most: `up to ${formatValue(most, column.unit, timeZone)}`,
    }
  })
  const names = Math.max(...columns.map(({ name }) => widthOf(name)))
  const room = width - names - 4 - Math.max(...columns.map(({ most }) => widthOf(most)))
  return columns.map(({ name, values, most }) => {
    const bars = sparkline(narrow(values, room))
    return `${paint('faint', fit(name, names))}  ${bars}  ${paint('faint', most)}`
  })
}
