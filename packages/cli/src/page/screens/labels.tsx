import type { VNode } from 'preact'
import type { Label } from '../../questions/labels.js'
import type { ActionRow } from '../../questions/request-row.js'
import { literal } from '../../questions/scope.js'
import { format, plural, shortId } from '../parts/format.js'
import { Panel } from '../parts/panel.js'
import { type Column, Table } from '../parts/table.js'
import { Value } from '../parts/value.js'
import { linkHere, linkTo, place } from '../state/place.js'
import { scope } from '../state/scope.js'
import { useAnswer } from '../state/use-answer.js'

const SHOWN_FIELDS = 12

/** Which labelled records are there, and what do they hold? */
export function LabelsScreen(): VNode {
  const labels = useAnswer('labels', {})
  const chosen = place.value.params.get('show')
  const label =
    labels.answer?.labels.find(({ label_name }) => (label_name ?? '') === chosen) ?? labels.answer?.labels[0]
  return (
    <>
      <h1>Labelled records</h1>
      <Panel
        title="Labels"
        of={labels}
        isEmpty={({ labels }) => labels.length === 0}
        empty="No labelled record in this scope. An app writes one by actionlog.log({ label_name: … })."
        aside={labels.answer && plural(labels.answer.records, 'record')}
      >
        {({ labels }) => (
          <Table
            label="Labels"
            columns={COLUMNS}
            rows={labels}
            keyOf={({ label_name }) => `${label_name === null}${label_name}`}
          />
        )}
      </Panel>
      {label && <Records key={label.label_name ?? ''} of={label} />}
    </>
  )
}

const COLUMNS: Column<Label>[] = [
  {
    name: 'label_name',
    title: 'Label',
    value: (row) => row.label_name,
    show: ({ label_name }) => (
      <Value field="label_name" value={label_name} href={linkHere({ show: label_name ?? '' })} />
    ),
  },
  { name: 'records', title: 'Records', unit: 'count', value: (row) => row.records },
  { name: 'users', title: 'Users', unit: 'count', value: (row) => row.users },
  { name: 'first', title: 'First seen', unit: 'time', value: (row) => row.first, isMinor: true },
  { name: 'last', title: 'Last seen', unit: 'time', value: (row) => row.last },
  {
    name: 'fields',
    title: 'Fields',
    isWide: true,
    value: (row) => row.fields.map(({ name }) => name).join(', '),
  },
]

/** The newest records of a label, its own fields as columns. */
function Records({ of: { label_name, records, fields } }: { of: Label }): VNode {
  const wanted = { ...scope.value, label: [label_name === null ? '' : literal(label_name)] }
  const actions = useAnswer('actions', { limit: 100 }, wanted)
  const columns: Column<ActionRow>[] = [
    {
      name: 'time',
      title: 'Time',
      unit: 'time',
      value: (row) => row.time,
      show: (row) =>
        row.request_id ? (
          <a class="text" href={linkTo('request', { rid: row.request_id })}>
            {format(row.time, 'time')}
          </a>
        ) : (
          format(row.time, 'time')
        ),
    },
    ...fields
      .slice(0, SHOWN_FIELDS)
      .map(
        ({ name }): Column<ActionRow> => ({ name, title: format(name), value: (row) => row.fields[name] }),
      ),
    {
      name: 'request_id',
      title: 'Request',
      value: (row) => row.request_id,
      show: ({ request_id }) => <code title={request_id ?? ''}>{shortId(request_id)}</code>,
    },
  ]
  return (
    <Panel
      title={`Records with the label ${format(label_name)}`}
      of={actions}
      isEmpty={({ rows }) => rows.length === 0}
      aside={`the newest of ${format(records, 'count')}`}
    >
      {({ rows }) => (
        <Table label={`Records ${format(label_name)}`} columns={columns} rows={rows} keyOf={({ id }) => id} />
      )}
    </Panel>
  )
}
