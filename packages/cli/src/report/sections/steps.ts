import { type Difference, type LatencyStep, type Steps, steps } from '../../questions/steps.js'
import { formatCount, formatShare } from '../../terminal/units.js'
import { type ColumnOf, type Panel, panel } from '../panel.js'
import { type Asking, limitOf, type Section } from './section.js'

/** When a view's latency changed by itself, and what changed with it. */
export async function stepsSection(asking: Asking): Promise<Section & { answer: Steps }> {
  const answer = await steps(asking.store, asking.scope, limitOf(asking, 50), asking.signal)
  return { name: 'steps', answer, panels: [stepsPanel(answer)] }
}

export function stepsPanel(answer: Steps): Panel {
  const examined = `${formatCount(answer.requests)} requests of ${formatCount(answer.views)} views were examined; views with fewer than 40 are left out.`
  const none = answer.steps.length === 0 && 'No view changed its latency by more than noise.'
  return panel('Where latency changed', answer.steps, COLUMNS, [none, examined])
}

const COLUMNS: readonly ColumnOf<LatencyStep>[] = [
  { name: 'time', unit: 'time', value: (step) => step.time },
  { name: 'view_name', title: 'view', unit: 'text', value: (step) => step.view_name, tone: () => 'name' },
  {
    name: 'ratio',
    title: 'p50',
    unit: 'change',
    value: (step) => step.ratio,
    tone: ({ ratio }) => (ratio > 1 ? 'bad' : 'good'),
  },
  { name: 'before', unit: 'ms', value: (step) => step.before },
  { name: 'after', unit: 'ms', value: (step) => step.after },
  {
    name: 'before_requests',
    title: 'requests before',
    unit: 'count',
    keep: 3,
    value: (step) => step.before_requests,
  },
  { name: 'after_requests', title: 'after', unit: 'count', keep: 3, value: (step) => step.after_requests },
  {
    name: 'differences',
    title: 'what changed with it',
    unit: 'text',
    value: ({ differences }) => differences.map(inWords).join('; '),
  },
]

function inWords({ field, value, before_share, after_share }: Difference): string {
  return `${field} ${value ?? '(absent)'} ${formatShare(before_share)} → ${formatShare(after_share)}`
}
