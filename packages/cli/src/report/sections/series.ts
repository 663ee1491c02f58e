import { type Series, type SeriesPoint, series } from '../../questions/series.js'
import { formatSpan } from '../../terminal/units.js'
import { type ColumnOf, type Panel, panel } from '../panel.js'
import type { Asking, Section } from './section.js'

/** How it went over time. */
export async function seriesSection({ store, scope, signal }: Asking): Promise<Section & { answer: Series }> {
  const answer = await series(store, scope, { buckets: 60 }, signal)
  return { name: 'series', answer, panels: [seriesPanel(answer)] }
}

export function seriesPanel({ points, buckets, outside }: Series): Panel {
  const title = points.length > 0 ? `Over time, in steps of ${formatSpan(buckets.width)}` : ''
  const notes = [outside > 0 && `${outside} requests are far away in time and not shown here.`]
  return { ...panel(title, points, COLUMNS, notes), layout: 'series' }
}

const COLUMNS: readonly ColumnOf<SeriesPoint>[] = [
  { name: 'time', unit: 'time', value: ({ time }) => time },
  { name: 'requests', unit: 'count', value: ({ requests }) => requests },
  { name: 'p95', unit: 'ms', value: ({ p95 }) => p95 },
  { name: 'errors', unit: 'count', value: ({ errors }) => errors },
]
