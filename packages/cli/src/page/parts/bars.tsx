import type { VNode } from 'preact'
import { format } from './format.js'

interface SplitBarProps {
  readonly sql: number | null
  readonly total: number | null
  /** What the whole width stands for. Default: the total. */
  readonly most?: number
}

/** Time in SQL and in Node, as one bar. */
export function SplitBar({ sql, total, most }: SplitBarProps): VNode {
  const whole = most ?? total ?? 0
  const part = (ms: number): number => (whole > 0 ? ms / whole : 0)
  const inSql = Math.min(sql ?? 0, total ?? 0)
  const inNode = (total ?? 0) - inSql
  const label = `SQL ${format(sql, 'ms')}, Node ${format(inNode, 'ms')}`
  return <Split sql={part(inSql)} node={part(inNode)} label={label} />
}

/** Two parts of a whole beside each other. What a log says may be below 0, or more than the whole. */
export function Split({ sql, node, label }: { sql: number; node: number; label: string }): VNode {
  return (
    <svg class="split" role="img" aria-label={label} viewBox="0 0 100 8" preserveAspectRatio="none">
      <title>{label}</title>
      <rect class="rest" width="100" height="8" />
      <rect class="sql" width={percentOf(sql)} height="8" />
      <rect class="node" x={percentOf(sql)} width={percentOf(node)} height="8" />
    </svg>
  )
}

function percentOf(part: number): number {
  return Math.max(0, Math.min(100, part * 100))
}

/** A share from 0 to 1 as a bar. */
export function ShareBar({ share, kind = 'accent' }: { share: number; kind?: string }): VNode {
  return (
    <svg class="share" aria-hidden="true" viewBox="0 0 100 8" preserveAspectRatio="none">
      <rect class="rest" width="100" height="8" />
      <rect class={kind} width={percentOf(share)} height="8" />
    </svg>
  )
}

/** A small line of values over time; where there is no value, there is no line. */
export function Sparkline({ values, label }: { values: readonly (number | null)[]; label: string }): VNode {
  const most = Math.max(...values.map((value) => value ?? 0), 1e-9)
  const step = values.length > 1 ? 100 / (values.length - 1) : 0
  let isDrawing = false
  const path = values
    .map((value, i) => {
      if (value === null) {
        isDrawing = false
        return ''
      }
      const isAlone = !isDrawing && (values[i + 1] ?? null) === null
      const point = `${isDrawing ? 'L' : 'M'}${(i * step).toFixed(1)} ${(19 - (value / most) * 17).toFixed(1)}`
      isDrawing = true
      return isAlone ? `${point}h2` : point
    })
    .join('')
  return (
    <svg class="spark" role="img" aria-label={label} viewBox="0 0 102 20" preserveAspectRatio="none">
      <path d={path} />
    </svg>
  )
}
