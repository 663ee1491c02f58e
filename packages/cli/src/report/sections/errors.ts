import { type ErrorGroup, type Errors, errors } from '../../questions/errors.js'
import { formatCount } from '../../terminal/units.js'
import { type ColumnOf, leftOut, type Panel, panel } from '../panel.js'
import { type Asking, limitOf, type Section } from './section.js'
import { statusTone } from './slowest.js'

/** What failed, where, since when. */
export async function errorsSection(asking: Asking, shown = 50): Promise<Section & { answer: Errors }> {
  const answer = await errors(asking.store, asking.scope, limitOf(asking, shown), asking.signal)
  return { name: 'errors', answer, panels: [errorsPanel(answer)] }
}

export function errorsPanel(answer: Errors): Panel {
  const { groups, total } = answer
  const counts = `${formatCount(answer.errors)} requests ended with 5xx, ${formatCount(answer.exceptions)} had an exception.`
  const notes = [
    groups.length === 0 ? 'No request failed.' : counts,
    leftOut(groups.length, total, 'kinds of error'),
  ]
  return panel('Errors by exception and view', groups, COLUMNS, notes)
}

const COLUMNS: readonly ColumnOf<ErrorGroup>[] = [
  { name: 'requests', title: 'count', unit: 'count', value: (group) => group.requests },
  {
    name: 'status_code',
    title: 'status',
    unit: 'text',
    keep: 8,
    value: (group) => String(group.status_code ?? '–'),
    tone: statusTone,
  },
  { name: 'ex_type', title: 'exception', unit: 'text', value: (group) => group.ex_type, tone: () => 'bad' },
  { name: 'view_name', title: 'view', unit: 'text', value: (group) => group.view_name, tone: () => 'name' },
  { name: 'users', unit: 'count', keep: 3, value: (group) => group.users },
  { name: 'first', unit: 'time', keep: 4, value: (group) => group.first },
  { name: 'last', unit: 'time', keep: 5, value: (group) => group.last },
  { name: 'ex_message', title: 'last message', unit: 'text', keep: 2, value: (group) => group.ex_message },
  { name: 'request_id', title: 'last request_id', unit: 'text', keep: 1, value: (group) => group.request_id },
]
