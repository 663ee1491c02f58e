import { formatValue, type Value } from '../../terminal/format-value.js'
import type { Cell, Column, Panel } from '../panel.js'
import { barChart, smallChart } from './chart.js'
import { html, type Markup } from './markup.js'

/** A panel as a section of the page. */
export function panelMarkup(panel: Panel, timeZone: string): Markup {
  const body = { figures: figures, series: charts, table: table }[panel.layout ?? 'table']
  return html`<section>
${panel.title !== '' && html`<h2>${panel.title}</h2>`}
${panel.rows.length > 0 && body(panel, timeZone)}
${panel.notes.map((note) => html`<p class="note">${note}</p>\n`)}</section>
`
}

function table({ columns, rows, title }: Panel, timeZone: string): Markup {
  const heads = columns.map(
    (column) => html`<th scope="col" class="${alignOf(column)}">${nameOf(column)}</th>`,
  )
  const lines = rows.map(
    (row) => html`<tr>${columns.map((column, i) => cell(row[i] as Cell, column, timeZone))}</tr>\n`,
  )
  return html`<div class="wide"><table aria-label="${title}">
<thead><tr>${heads}</tr></thead>
<tbody>
${lines}</tbody></table></div>`
}

function cell({ value, tone }: Cell, column: Column, timeZone: string): Markup {
  const shown =
    column.unit === 'chart'
      ? smallChart(value as readonly (number | null)[], nameOf(column))
      : formatValue(value, column.unit, timeZone)
  return html`<td class="${alignOf(column)}${tone === 'plain' ? '' : ` ${tone}`}">${shown}</td>`
}

function figures({ columns, rows: [row = []] }: Panel, timeZone: string): Markup {
  const pairs = columns.map((column, i) => {
    const { value, tone } = row[i] as Cell
    return html`<div><dt>${nameOf(column)}</dt><dd class="${tone}">${formatValue(value, column.unit, timeZone)}</dd></div>\n`
  })
  return html`<dl>\n${pairs}</dl>`
}

function charts({ columns: [time, ...columns], rows }: Panel, timeZone: string): Markup {
  const at = (row: readonly Cell[], i: number): Value => row[i]?.value
  const figures = columns.map((column, i) => {
    const values = rows.map((row) => at(row, i + 1) as number | null)
    const most = Math.max(0, ...values.map((value) => value ?? 0))
    const caption = `${nameOf(column)}, up to ${formatValue(most, column.unit, timeZone)}`
    const titles = rows.map(
      (row, n) =>
        `${formatValue(at(row, 0), (time as Column).unit, timeZone)}: ${formatValue(values[n], column.unit, timeZone)}`,
    )
    return html`<figure>${barChart(values, caption, titles)}<figcaption>${caption}</figcaption></figure>\n`
  })
  return html`${figures}`
}

function nameOf({ title, name }: Column): string {
  return title ?? name
}

function alignOf({ unit }: Column): string {
  if (unit === 'text') return 'text'
  return unit === 'chart' || unit === 'time' || unit === 'clock' ? 'left' : 'number'
}
