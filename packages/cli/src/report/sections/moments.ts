import type { Moment, Moments } from '../../questions/moments.js'
import { type ColumnOf, leftOut, type Panel, panel } from '../panel.js'

/** When a view was far slower than usual for a short time. */
export function momentsPanel({ moments, total }: Moments): Panel {
  return panel('When was a view far slower than usual?', moments, COLUMNS, [
    total === 0 && 'Never, beyond noise.',
    leftOut(moments.length, total, 'moments'),
  ])
}

const COLUMNS: readonly ColumnOf<Moment>[] = [
  { name: 'from', unit: 'time', value: (moment) => moment.from },
  { name: 'until', unit: 'time', value: (moment) => moment.until },
  { name: 'view_name', title: 'view', unit: 'text', value: (moment) => moment.view_name, tone: () => 'name' },
  { name: 'p95', unit: 'ms', value: (moment) => moment.p95, tone: () => 'bad' },
  { name: 'usual_p95', title: 'usually', unit: 'ms', value: (moment) => moment.usual_p95 },
  { name: 'slow', unit: 'count', value: (moment) => moment.slow },
  { name: 'requests', title: 'of requests', unit: 'count', value: (moment) => moment.requests },
]
