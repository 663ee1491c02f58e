import type { VNode } from 'preact'
import { go, linkHere } from '../state/place.js'
import { Chart, type Line } from './chart.js'
import type { Unit } from './format.js'
import { type Band, type Mark, Marks } from './marks.js'
import { type Column, Table } from './table.js'

interface TimeChartProps {
  readonly title: string
  readonly unit: Unit
  readonly kind: 'bars' | 'lines'
  readonly starts: readonly number[]
  readonly width: number
  readonly lines: readonly Line[]
  readonly marks: readonly Mark[]
  readonly bands: readonly Band[]
}

/** Narrows the whole page to a range of time. */
export function zoom(from: number, until: number): void {
  go(linkHere({ from: Math.floor(from), until: Math.ceil(until), last: null }))
}

/** A chart with its legend, the figures below the cursor, and its table. */
export function TimeChart(props: TimeChartProps): VNode {
  const { title, unit, starts, width, lines } = props
  const columns: Column<number>[] = [
    { name: 'time', unit: 'time', value: (at) => starts[at] },
    ...lines.map(({ name, values }) => ({ name, unit, value: (at: number) => values[at] })),
  ]
  return (
    <section class="panel charted" aria-label={`${title} over time`}>
      <header>
        <h2>{title}</h2>
        <div class="reading">
          <div class="legend">
            {lines.map(({ name, colour }) => (
              <span key={name}>
                <i class={`dot ${colour}`} />
                {name}
              </span>
            ))}
          </div>
          <p class="figures" aria-hidden="true" />
        </div>
      </header>
      <div class="plot">
        <Chart {...props} label={`${title} over time; the table below has the figures`} onZoom={zoom} />
        <Marks
          of={props.marks}
          bands={props.bands}
          from={starts[0] ?? 0}
          until={(starts.at(-1) ?? 0) + width}
        />
      </div>
      <details>
        <summary>Table</summary>
        <Table
          label={`${title} over time`}
          columns={columns}
          rows={starts.map((_, at) => at)}
          keyOf={(at) => starts[at] ?? at}
        />
        <p class="note">Each row is {width / 1_000} seconds.</p>
      </details>
    </section>
  )
}
