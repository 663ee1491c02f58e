import { html, type Markup } from './markup.js'

type Values = readonly (number | null)[]

/** Bars from 0 to the largest value, one unit wide each; `titles` are shown by the pointer. */
export function barChart(values: Values, label: string, titles: readonly string[] = []): Markup {
  const most = Math.max(0, ...values.map((value) => value ?? 0))
  const bars = values.map((value, i) => bar(i, most > 0 && value !== null ? value / most : 0, titles[i]))
  return html`<svg viewBox="0 0 ${Math.max(1, values.length)} 1" preserveAspectRatio="none" role="img" aria-label="${label}">${bars}</svg>`
}

/** The same in a table's row. */
export function smallChart(values: Values, label: string): Markup {
  const chart = barChart(values, label)
  return html`<span class="spark">${chart}</span>`
}

function bar(x: number, part: number, title: string | undefined): Markup {
  const height = Number(part.toFixed(4))
  const shape = html`<rect x="${x}" y="${Number((1 - height).toFixed(4))}" width="0.85" height="${height}"/>`
  return title === undefined
    ? shape
    : html`<g><title>${title}</title><rect x="${x}" y="0" width="1" height="1" fill-opacity="0"/>${shape}</g>`
}
