import type { VNode } from 'preact'
import type { Heatmap } from '../../questions/heatmap.js'
import { format } from './format.js'
import { type Column, Table } from './table.js'

/** The heatmap's figures: a row for each bucket of time, a column for each doubling of the latency. */
export function HeatmapTable({ of }: { of: Heatmap }): VNode {
  const { edges, cells, buckets } = of
  const bands = edges.slice(0, -1).map((_, band) => band)
  const groups = bands.filter((band) => band % 4 === 0)
  const columns: Column<number>[] = [
    { name: 'time', unit: 'time', value: (at) => buckets.starts[at] },
    ...groups.map(
      (band): Column<number> => ({
        name: `from_${edges[band]}_ms`,
        title: `from ${format(edges[band], 'ms')}`,
        unit: 'count',
        value: (at) => (cells[at] ?? []).slice(band, band + 4).reduce((sum, requests) => sum + requests, 0),
      }),
    ),
  ]
  const rows = buckets.starts.map((_, at) => at).filter((at) => cells[at]?.some((requests) => requests > 0))
  return (
    <details>
      <summary>Table</summary>
      <Table
        label="Latency over time"
        columns={columns}
        rows={rows}
        keyOf={(at) => buckets.starts[at] ?? at}
      />
    </details>
  )
}
