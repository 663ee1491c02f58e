import type { VNode } from 'preact'
import type { ErrorGroup } from '../../questions/errors.js'
import { useAnswer } from '../state/use-answer.js'
import { format, plural } from './format.js'
import { Panel } from './panel.js'
import { requestLink, Status } from './requests-table.js'
import { type Column, Table } from './table.js'
import { Value } from './value.js'
import { viewColumn } from './view-column.js'

const COLUMNS: Column<ErrorGroup>[] = [
  {
    name: 'ex_type',
    title: 'Exception',
    value: (row) => row.ex_type,
    show: (row) => (
      <span class="exception">
        <Value field="ex_type" value={row.ex_type} />
        {row.is_new && <span class="tag error">new</span>}
      </span>
    ),
  },
  {
    name: 'status_code',
    title: 'Status',
    value: (row) => row.status_code,
    show: (row) => <Status status_code={row.status_code} aborted={null} />,
  },
  viewColumn(),
  { name: 'requests', title: 'Requests', unit: 'count', value: (row) => row.requests },
  { name: 'users', title: 'Users', unit: 'count', value: (row) => row.users, isMinor: true },
  { name: 'first', title: 'First seen', unit: 'time', value: (row) => row.first, isMinor: true },
  {
    name: 'last',
    title: 'Last seen',
    unit: 'time',
    value: (row) => row.last,
    show: (row) => (
      <a class="open" href={requestLink(row)} title="Open the last one">
        {format(row.last, 'time')}
      </a>
    ),
  },
  { name: 'ex_message', title: 'Last message', isWide: true, value: (row) => row.ex_message },
]

/** What failed, where, since when? */
export function ErrorsPanel(): VNode {
  const errors = useAnswer('errors', {})
  const { answer } = errors
  return (
    <Panel
      title="Errors by exception and view"
      of={errors}
      isEmpty={({ total }) => total === 0}
      empty="No errors in this scope."
      aside={answer && `${plural(answer.errors, 'error')} (5xx), ${plural(answer.exceptions, 'exception')}`}
    >
      {({ groups }) => (
        <Table
          label="Errors by exception and view"
          columns={COLUMNS}
          rows={groups}
          keyOf={({ ex_type, view_name, status_code }) => `${ex_type} ${view_name} ${status_code}`}
        />
      )}
    </Panel>
  )
}
