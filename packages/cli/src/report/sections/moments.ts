import { type Moment, type Moments, moments } from '../../questions/moments.js'
import { type ColumnOf, leftOut, type Panel, panel } from '../panel.js'
import { type Asking, limitOf, type Section } from './section.js'

/** When a view was far slower than usual for a short time. */
export async function momentsSection(asking: Asking): Promise<Section & { answer: Moments }> {
  const answer = await moments(asking.store, asking.scope, limitOf(asking, 20), asking.signal)
  return { name: 'moments', answer, panels: [momentsPanel(answer)] }
}

export function momentsPanel({ moments: shown, total }: Moments): Panel {
  return panel('When was a view far slower than usual?', shown, COLUMNS, [
    total === 0 && 'Never, beyond noise.',
    leftOut(shown.length, total, 'moments'),
  ])
}

const COLUMNS: readonly ColumnOf<Moment>[] = [
  { name: 'from', unit: 'time', value: (moment) => moment.from },
  { name: 'until', unit: 'time', keep: 3, value: (moment) => moment.until },
  { name: 'view_name', title: 'view', unit: 'text', value: (moment) => moment.view_name, tone: () => 'name' },
  { name: 'p95', unit: 'ms', value: (moment) => moment.p95, tone: () => 'bad' },
  { name: 'usual_p95', title: 'usually', unit: 'ms', value: (moment) => moment.usual_p95 },
  { name: 'slow', unit: 'count', value: (moment) => moment.slow },
  { name: 'requests', title: 'of requests', unit: 'count', value: (moment) => moment.requests },
]
