import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Heatmap as HeatmapAnswer } from '../../questions/heatmap.js'
import { whileReading } from '../state/reading.js'
import { scope } from '../state/scope.js'
import { timesOf } from './axis-times.js'
import { colour, scheme } from './colour.js'
import { format } from './format.js'
import { type Box, between, boxOf, type Cells, cellsOf, describe, moveBy, styleOf } from './heatmap-cells.js'
import { type Mark, Marks } from './marks.js'

interface HeatmapProps {
  readonly of: HeatmapAnswer
  readonly box: Box | null
  readonly marks: readonly Mark[]
  readonly onBox: (box: Box | null) => void
}

const HELP =
  'Requests by time and latency. Drag a box over the slow ones; or press the arrow keys to move, Shift and arrows to extend the box, Enter to ask why, Escape to remove it.'

/** Latency over time. A box on it asks why the requests in it were slow. */
export function Heatmap({ of, box, marks, onBox }: HeatmapProps): VNode {
  const canvas = useRef<HTMLCanvasElement>(null)
  const area = useRef<HTMLDivElement>(null)
  const [drawn, setDrawn] = useState<Cells | null>(null)
  const { starts, width } = of.buckets
  const bands = of.edges.length - 1
  const end = (starts.at(-1) ?? 0) + width
  useEffect(() => draw(canvas.current as HTMLCanvasElement, of), [of, scheme.value])
  const cells = drawn ?? (box && cellsOf(of, box))
  const give = (cells: Cells): void => {
    setDrawn(null)
    onBox(boxOf(of, cells))
  }
  /** The cell below the pointer; beside the area, the nearest one. */
  const cellAt = ({ clientX, clientY }: PointerEvent): readonly [number, number] => {
    const rect = (area.current as HTMLElement).getBoundingClientRect()
    const clamp = (value: number, most: number): number => Math.max(0, Math.min(most - 1, Math.floor(value)))
    return [
      clamp(((clientX - rect.left) / rect.width) * starts.length, starts.length),
      clamp((1 - (clientY - rect.top) / rect.height) * bands, bands),
    ]
  }
  const from = useRef<PointerEvent | null>(null)
  const percent = (time: number): string => `${((time - (starts[0] ?? 0)) / (end - (starts[0] ?? 0))) * 100}%`
  return (
    <div
      class="heatmap"
      {...whileReading}
      onPointerDown={(event) => {
        if (event.button !== 0 || (event.target as Element).closest('a')) return
        from.current = event
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={(event) => from.current && setDrawn(between(cellAt(from.current), cellAt(event)))}
      onPointerUp={(event) => {
        if (from.current && (from.current.target === area.current || isDrag(from.current, event)))
          give(between(cellAt(from.current), cellAt(event)))
        else setDrawn(null)
        from.current = null
      }}
      onPointerCancel={() => {
        from.current = null
        setDrawn(null)
      }}
    >
      <ul class="bands" aria-hidden="true">
        {ticksOf(of).map(({ ms, share }) => (
          <li key={ms} style={{ bottom: `${share * 100}%` }}>
            {format(ms, 'ms').replace(/\.0+ /, ' ')}
          </li>
        ))}
      </ul>
      <div
        class="area"
        ref={area}
        role="application"
        aria-label={HELP}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application is interactive
        tabIndex={0}
        onKeyDown={(event) => {
          const moved = moveBy(
            event,
            cells ?? {
              fromBucket: 0,
              toBucket: starts.length - 1,
              fromBand: Math.floor(bands * 0.75),
              toBand: bands - 1,
            },
            starts.length,
            bands,
          )
          if (moved) setDrawn(moved)
          else if (event.key === 'Enter' && cells) give(cells)
          else if (event.key === 'Escape' && from.current) {
            from.current = null
            setDrawn(null)
          } else if (event.key === 'Escape' && cells) {
            setDrawn(null)
            onBox(null)
          } else return
          event.preventDefault()
          event.stopPropagation()
        }}
      >
        <canvas ref={canvas} />
        {cells && <i class="box" style={styleOf(cells, starts.length, bands)} />}
      </div>
      <Marks of={marks} from={starts[0] ?? 0} until={end} />
      <ul class="times" aria-hidden="true">
        {timeTicks(starts, scope.value.timeZone).map(({ time, text }) => (
          <li key={time} style={{ left: percent(time) }}>
            {text}
          </li>
        ))}
      </ul>
      <p class="visually-hidden" aria-live="polite">
        {cells && describe(boxOf(of, cells))}
      </p>
    </div>
  )
}

/** Beside the area, a click is no box. */
function isDrag(from: PointerEvent, to: PointerEvent): boolean {
  return Math.hypot(to.clientX - from.clientX, to.clientY - from.clientY) > 3
}

function draw(canvas: HTMLCanvasElement, { cells, edges, max }: HeatmapAnswer): void {
  const bands = Math.max(1, edges.length - 1)
  canvas.width = Math.max(1, cells.length)
  canvas.height = bands
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  context.fillStyle = colour('heat')
  for (const [bucket, column] of cells.entries())
    for (const [band, requests] of column.entries()) {
      if (requests === 0) continue
      // a single slow request must be seen beside thousands of fast ones
      context.globalAlpha = 0.22 + 0.78 * (Math.log1p(requests) / Math.log1p(max))
      context.fillRect(bucket, bands - 1 - band, 1, 1)
    }
}

/** The powers of ten, and their position from 0 to 1. */
function ticksOf({ edges }: HeatmapAnswer): { ms: number; share: number }[] {
  const [low = 1, high = 1] = [edges[0], edges.at(-1)]
  return [0.1, 1, 10, 100, 1_000, 10_000, 60_000]
    .filter((ms) => ms >= low && ms <= high)
    .map((ms) => ({ ms, share: Math.log(ms / low) / Math.log(high / low) }))
}

function timeTicks(starts: readonly number[], timeZone: string): { time: number; text: string }[] {
  const step = Math.max(1, Math.ceil(starts.length / 6))
  const times = starts.filter((_, i) => i % step === 0)
  const texts = timesOf(
    times.map((time) => time / 1_000),
    timeZone,
  )
  return times.map((time, i) => ({ time, text: texts[i] ?? '' }))
}
