import { type Repeat, type Repeats, repeats } from '../../questions/repeats.js'
import { type ColumnOf, leftOut, type Panel, panel } from '../panel.js'
import { type Asking, limitOf, type Section } from './section.js'

/** Which statements run in a loop. */
export async function repeatsSection(asking: Asking, shown = 50): Promise<Section & { answer: Repeats }> {
  const answer = await repeats(asking.store, asking.scope, limitOf(asking, shown), asking.signal)
  return { name: 'repeats', answer, panels: [repeatsPanel(answer)] }
}

export function repeatsPanel(answer: Repeats): Panel {
  const none = answer.repeats.length === 0 && 'No request repeated a statement.'
  const notes = [none, leftOut(answer.repeats.length, answer.total, 'statements')]
  return panel('N+1: statements repeated within one request', answer.repeats, COLUMNS, notes)
}

const COLUMNS: readonly ColumnOf<Repeat>[] = [
  { name: 'view_name', title: 'view', unit: 'text', value: (repeat) => repeat.view_name, tone: () => 'name' },
  {
    name: 'sql_repeat',
    title: 'statement',
    unit: 'text',
    value: (repeat) => repeat.sql_repeat,
    tone: () => 'warning',
  },
  { name: 'mean', title: 'times', unit: 'count', value: (repeat) => repeat.mean },
  { name: 'worst', unit: 'count', keep: 8, value: (repeat) => repeat.worst },
  { name: 'requests', unit: 'count', value: (repeat) => repeat.requests },
  { name: 'of', unit: 'count', keep: 6, value: (repeat) => repeat.of },
  { name: 'sql_time', title: 'SQL time', unit: 'ms', keep: 7, value: (repeat) => repeat.sql_time },
  { name: 'first', unit: 'time', keep: 3, value: (repeat) => repeat.first },
  { name: 'last', unit: 'time', keep: 4, value: (repeat) => repeat.last },
  { name: 'worst_request_id', unit: 'text', keep: 1, value: (repeat) => repeat.worst_request_id },
]
