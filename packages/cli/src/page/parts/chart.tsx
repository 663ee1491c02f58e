import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { whileDragging } from '../state/reading.js'
import { scope } from '../state/scope.js'
import { bucketName, timesOf } from './axis-times.js'
import { colour, scheme } from './colour.js'
import { format, type Unit } from './format.js'

export interface Line {
  readonly name: string
  /** The colour's name in the style sheet. */
  readonly colour: string
  readonly values: readonly (number | null)[]
}

interface ChartProps {
  readonly label: string
  readonly unit: Unit
  /** Where each bucket begins, in milliseconds since 1970. */
  readonly starts: readonly number[]
  readonly width: number
  readonly lines: readonly Line[]
  /** Bars that stand on each other, or lines. */
  readonly kind: 'bars' | 'lines'
  readonly onZoom: (from: number, until: number) => void
}

const HEIGHT = 180
/** Steps of an axis of counts: there are no half requests. */
const WHOLE = Array.from({ length: 10 }, (_, i) => [1, 2, 5].map((step) => step * 10 ** i)).flat()
const cursors = uPlot.sync('time') // one cursor over all charts of the page

/** A chart over time. Dragging over it zooms the page. */
export function Chart(props: ChartProps): VNode {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const latest = useRef(props)
  latest.current = props
  const { timeZone } = scope.value
  const shape = JSON.stringify([props.lines.map(({ name }) => name), props.unit, timeZone, scheme.value])
  useEffect(() => {
    const element = place.current as HTMLDivElement
    const created = new uPlot(
      optionsOf(latest, element.clientWidth, timeZone),
      dataOf(latest.current),
      element,
    )
    plot.current = created
    cursors.sub(created)
    const observer = new ResizeObserver(() => created.setSize({ width: element.clientWidth, height: HEIGHT }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      cursors.unsub(created)
      created.destroy()
    }
  }, [shape])
  useEffect(() => plot.current?.setData(dataOf(props)), [props.starts, props.lines])
  return <div class="chart" ref={place} role="img" aria-label={props.label} {...whileDragging} />
}

/** The points between two gaps, which no line reaches. */
function lonePoints(plot: uPlot, seriesIndex: number): number[] {
  const values = plot.data[seriesIndex] ?? []
  const isGap = (at: number): boolean => values[at] === null || values[at] === undefined
  return Array.from(values.keys()).filter((at) => !isGap(at) && isGap(at - 1) && isGap(at + 1))
}

/** uPlot's columns: seconds, then each line; bars are sums, so that the later ones stand on the earlier. */
function dataOf({ starts, lines, kind }: ChartProps): uPlot.AlignedData {
  const seconds = starts.map((start) => start / 1_000)
  if (kind === 'lines') return [seconds, ...lines.map(({ values }) => [...values])]
  const sums = lines.map((_, i) =>
    starts.map((_, at) => lines.slice(0, i + 1).reduce((sum, { values }) => sum + (values[at] ?? 0), 0)),
  )
  return [seconds, ...sums.reverse()]
}

function optionsOf(latest: { current: ChartProps }, width: number, timeZone: string): uPlot.Options {
  const { lines, kind, unit } = latest.current
  const bars = uPlot.paths.bars?.({ size: [0.9, 60], align: 1 })
  const series = lines.map(
    ({ name, colour: of }): uPlot.Series => ({
      label: name,
      stroke: colour(of),
      points:
        kind === 'lines' ? { show: true, size: 4, fill: colour(of), filter: lonePoints } : { show: false },
      ...(kind === 'bars' ? { fill: colour(of), width: 0, ...(bars && { paths: bars }) } : { width: 1.5 }),
    }),
  )
  const axis = {
    stroke: colour('muted'),
    grid: { stroke: colour('grid'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  }
  return {
    width,
    height: HEIGHT,
    padding: [24, 18, 0, 0], // with the axes' sizes, where marks.tsx and charts.css expect the plot
    legend: { show: false },
    cursor: {
      sync: { key: cursors.key },
      drag: { x: true, y: false, setScale: false },
      points: { show: kind === 'lines' },
    },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), timeZone),
    scales: {
      x: { range: () => rangeOf(latest.current) },
      y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    axes: [
      { ...axis, space: 70, size: 38, values: (_plot, splits) => timesOf(splits, timeZone) },
      {
        ...axis,
        size: 52,
        ...(unit === 'count' && { incrs: WHOLE }),
        values: (_plot, splits) => splits.map((value) => (value === 0 ? '0' : format(value, unit))),
      },
    ],
    series: [{}, ...(kind === 'bars' ? series.reverse() : series)],
    hooks: {
      setCursor: [(plot) => showFigures(plot, latest.current, timeZone)],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select
          if (width < 4) return
          const at = (x: number): number => Math.round(plot.posToVal(x, 'x') * 1_000)
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          latest.current.onZoom(at(left), at(left + width))
        },
      ],
    },
  }
}

/** From the first bucket's beginning to the last one's end, in seconds. */
function rangeOf({ starts, width }: ChartProps): [number, number] {
  return [(starts[0] ?? 0) / 1_000, ((starts.at(-1) ?? 0) + width) / 1_000]
}

/** The figures of the bucket below the cursor, in the place of the legend. */
function showFigures(plot: uPlot, { starts, width, lines, unit }: ChartProps, timeZone: string): void {
  const figures = plot.root.closest('.charted')?.querySelector('.figures')
  if (!figures) return
  const { idx } = plot.cursor
  const at = idx === null || idx === undefined ? undefined : starts[idx]
  const texts = lines.map(({ name, values }) => `${name} ${format(values[idx ?? 0], unit)}`)
  figures.textContent = at === undefined ? '' : [bucketName(starts, width, at, timeZone), ...texts].join('  ')
}
