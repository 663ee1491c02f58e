import { cutToWidth, fit, widthOf } from './fit.js'
import type { Paint, Tone } from './paint.js'

export interface TableColumn {
  readonly title: string
  readonly align: 'left' | 'right'
  /** A text, which may be cut off to so many columns. Without it the column is as wide as its widest cell. */
  readonly min?: number
  /** Less important columns go before it is cut off to less than this. */
  readonly comfort?: number
  /** Where there is no room, the columns with the lowest number go first, together. */
  readonly keep: number
}

export interface TableCell {
  readonly text: string
  readonly tone: Tone
}

const GAP = '  '

/** A table in lines of at most `width` columns: columns go, and texts are cut off, until it fits. */
export function tableLines(
  columns: readonly TableColumn[],
  cells: readonly (readonly TableCell[])[],
  width: number,
  paint: Paint,
): string[] {
  const rows = cells.map((row) => row.map(({ text, tone }) => ({ text: cutToWidth(text, width), tone })))
  const natural = columns.map(({ title }, i) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[i]?.text ?? '')), widthOf(title)),
  )
  const shown = chooseColumns(columns, natural, width)
  const widths = shrink(columns, natural, shown, width)
  const line = (cells: readonly TableCell[]): string =>
    shown
      .map((i) => {
        const { text, tone } = cells[i] as TableCell
        const isLast = i === shown.at(-1)
        const fitted = fit(text, widths[i] as number, columns[i]?.align)
        return paint(tone, isLast ? fitted.trimEnd() : fitted)
      })
      .join(GAP)
  const header = columns.map(({ title }): TableCell => ({ text: title, tone: 'faint' }))
  return [line(header), ...rows.map(line)]
}

function leastWidth(column: TableColumn | undefined, natural: number, by: 'min' | 'comfort' = 'min'): number {
  return Math.min(natural, column?.[by] ?? column?.min ?? natural)
}

/** The indices of the columns that there is room for; those of one importance stay or go together. */
function chooseColumns(columns: readonly TableColumn[], natural: readonly number[], width: number): number[] {
  const keepOf = (i: number): number => columns[i]?.keep as number
  const least = (shown: readonly number[]): number =>
    shown.reduce(
      (sum, i) => sum + leastWidth(columns[i], natural[i] as number, 'comfort') + GAP.length,
      -GAP.length,
    )
  let shown = columns.map((_, i) => i)
  while (least(shown) > width) {
    const lowest = Math.min(...shown.map(keepOf))
    const rest = shown.filter((i) => keepOf(i) > lowest)
    if (rest.length === 0) break
    shown = rest
  }
  return shown
}

/** Each column's width: the widest texts give way first. */
function shrink(
  columns: readonly TableColumn[],
  natural: readonly number[],
  shown: readonly number[],
  width: number,
): number[] {
  const widths = [...natural]
  const texts = shown.filter((i) => columns[i]?.min !== undefined)
  let over = shown.reduce((sum, i) => sum + (widths[i] as number) + GAP.length, -GAP.length) - width
  for (; over > 0; over--) {
    const wide = texts.filter((i) => (widths[i] as number) > leastWidth(columns[i], natural[i] as number))
    if (wide.length === 0) break
    const widest = wide.reduce((a, b) => ((widths[b] as number) > (widths[a] as number) ? b : a))
    widths[widest] = (widths[widest] as number) - 1
  }
  return widths
}
