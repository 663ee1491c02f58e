import type { Heatmap as HeatmapAnswer } from '../../questions/heatmap.js'
import { format } from './format.js'

/** A rectangle of cells, both ends included. */
export interface Cells {
  readonly fromBucket: number
  readonly toBucket: number
  readonly fromBand: number
  readonly toBand: number
}

/** A range of time and of latency. */
export interface Box {
  readonly from: number
  readonly until: number
  readonly min: number
  readonly max: number
}

/** `09:00:00 to 09:05:00, 400 ms to 2.1 s`. */
export function describe({ from, until, min, max }: Box): string {
  return `${format(from, 'time')} to ${format(until, 'time').slice(11)}, ${format(min, 'ms')} to ${format(max, 'ms')}`
}

/** The cells with these two in their corners. */
export function between(
  [bucketA, bandA]: readonly [number, number],
  [bucketB, bandB]: readonly [number, number],
): Cells {
  return {
    fromBucket: Math.min(bucketA, bucketB),
    toBucket: Math.max(bucketA, bucketB),
    fromBand: Math.min(bandA, bandB),
    toBand: Math.max(bandA, bandB),
  }
}

/** What the cells mean. */
export function boxOf({ buckets: { starts, width }, edges }: HeatmapAnswer, cells: Cells): Box {
  return {
    from: starts[cells.fromBucket] ?? 0,
    until: starts[cells.toBucket + 1] ?? (starts.at(-1) ?? 0) + width,
    min: edges[cells.fromBand] ?? 0,
    max: edges[cells.toBand + 1] ?? Number.MAX_VALUE,
  }
}

/** The cells that a box covers, also after the buckets have changed; null if there are none. */
export function cellsOf(
  { buckets: { starts }, edges }: HeatmapAnswer,
  { from, until, min, max }: Box,
): Cells | null {
  const fromBucket = Math.max(
    0,
    starts.findLastIndex((start) => start <= from),
  )
  const toBucket = starts.findLastIndex((start) => start < until)
  const fromBand = Math.max(
    0,
    edges.findLastIndex((edge) => edge <= min * 1.0001),
  )
  const toBand = Math.min(
    edges.length - 2,
    edges.findLastIndex((edge) => edge < max * 0.9999),
  )
  return toBucket < fromBucket || toBand < fromBand ? null : { fromBucket, toBucket, fromBand, toBand }
}

/** Where the cells lie in the heatmap. */
export function styleOf(
  { fromBucket, toBucket, fromBand, toBand }: Cells,
  buckets: number,
  bands: number,
): Record<string, string> {
  return {
    left: `${(fromBucket / buckets) * 100}%`,
    width: `${((toBucket - fromBucket + 1) / buckets) * 100}%`,
    bottom: `${(fromBand / bands) * 100}%`,
    height: `${((toBand - fromBand + 1) / bands) * 100}%`,
  }
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
}

/** The box after an arrow key: moved, or with Shift made larger or smaller at its lower left corner. */
export function moveBy(
  { key, shiftKey }: KeyboardEvent,
  cells: Cells,
  buckets: number,
  bands: number,
): Cells | null {
  const [x, y] = ARROWS[key] ?? []
  if (x === undefined || y === undefined) return null
  const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value))
  const fromBucket = clamp(
    cells.fromBucket + x,
    0,
    shiftKey ? cells.toBucket : buckets - 1 - (cells.toBucket - cells.fromBucket),
  )
  const fromBand = clamp(
    cells.fromBand + y,
    0,
    shiftKey ? cells.toBand : bands - 1 - (cells.toBand - cells.fromBand),
  )
  if (shiftKey) return { ...cells, fromBucket, fromBand }
  return {
    fromBucket,
    fromBand,
    toBucket: fromBucket + cells.toBucket - cells.fromBucket,
    toBand: fromBand + cells.toBand - cells.fromBand,
  }
}
