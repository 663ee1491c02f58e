import type { VNode } from 'preact'
import type { Repeat } from '../../questions/repeats.js'
import { format } from './format.js'
import { requestLink } from './requests-table.js'
import { type Column, Table } from './table.js'
import { Value } from './value.js'
import { viewColumn } from './view-column.js'

const COLUMNS: Column<Repeat>[] = [
  {
    name: 'sql_repeat',
    title: 'Statement',
    isWide: true,
    value: (row) => row.sql_repeat,
    show: (row) => <Value field="sql_repeat" value={row.sql_repeat} />,
  },
  viewColumn(),
  {
    name: 'requests',
    title: 'Requests',
    unit: 'count',
    value: (row) => row.requests,
    show: ({ requests, of }) => `${format(requests, 'count')} of ${format(of, 'count')}`,
  },
  { name: 'mean', title: 'Times', unit: 'count', value: (row) => row.mean },
  {
    name: 'worst',
    title: 'Worst',
    unit: 'count',
    value: (row) => row.worst,
    show: (row) => (
      <a
        class="open"
        href={requestLink({ id: row.worst_id, request_id: row.worst_request_id })}
        title="Open the worst request"
      >
        {format(row.worst, 'count')}×
      </a>
    ),
  },
  { name: 'sql_time', title: 'SQL time', unit: 'ms', value: (row) => row.sql_time },
  { name: 'last', title: 'Last seen', unit: 'time', value: (row) => row.last, isMinor: true },
]

/** The statements that a request repeats, one a row. */
export function RepeatsTable({ rows }: { rows: readonly Repeat[] }): VNode {
  return (
    <Table
      label="Repeated statements"
      columns={COLUMNS}
      rows={rows}
      keyOf={({ sql_repeat, view_name }) => `${view_name} ${sql_repeat}`}
    />
  )
}
