import { type Actions, actions } from '../../questions/actions.js'
import { type Label, type Labels, labels } from '../../questions/labels.js'
import type { ActionRow } from '../../questions/request-row.js'
import { ownFields } from '../../terminal/own-fields.js'
import { type ColumnOf, leftOut, type Panel, panel } from '../panel.js'
import { type Asking, limitOf, type Section } from './section.js'

/** Which labels there are, and the last records: of all, or of those that `--label` chooses. */
export async function labelsSection(
  asking: Asking,
): Promise<Section & { answer: Labels & { last: Actions } }> {
  const [found, last] = await Promise.all([
    labels(asking.store, asking.scope, {}, asking.signal),
    actions(asking.store, asking.scope, limitOf(asking, 20), asking.signal),
  ])
  return { name: 'labels', answer: { ...found, last }, panels: [labelsPanel(found), actionsPanel(last)] }
}

export function labelsPanel({ labels }: Labels): Panel {
  return panel('Labels', labels, LABELS, [labels.length === 0 && 'There is no labelled record.'])
}

export function actionsPanel({ rows, records }: Actions): Panel {
  return panel('Last labelled records', rows, RECORDS, [leftOut(rows.length, records, 'records')])
}

const LABELS: readonly ColumnOf<Label>[] = [
  {
    name: 'label_name',
    title: 'label',
    unit: 'text',
    value: (label) => label.label_name ?? '(none)',
    tone: () => 'name',
  },
  { name: 'records', unit: 'count', value: (label) => label.records },
  { name: 'users', unit: 'count', value: (label) => label.users },
  { name: 'first', unit: 'time', keep: 2, value: (label) => label.first },
  { name: 'last', unit: 'time', keep: 3, value: (label) => label.last },
  {
    name: 'fields',
    unit: 'text',
    keep: 4,
    value: (label) => label.fields.map(({ name }) => name).join(', '),
  },
]

const RECORDS: readonly ColumnOf<ActionRow>[] = [
  { name: 'time', unit: 'time', value: (row) => row.time },
  { name: 'label_name', title: 'label', unit: 'text', value: (row) => row.label_name, tone: () => 'name' },
  { name: 'user', unit: 'text', keep: 5, value: (row) => row.user },
  { name: 'fields', unit: 'text', value: (row) => ownFields(row.fields) },
  { name: 'request_id', unit: 'text', keep: 1, value: (row) => row.request_id },
]
