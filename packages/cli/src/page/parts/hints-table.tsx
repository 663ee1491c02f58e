import type { VNode } from 'preact'
import type { Hint } from '../../questions/compare.js'
import { growthOf } from '../../report/growth.js'
import { format, plural } from './format.js'
import { type Column, Table } from './table.js'
import { viewColumn } from './view-column.js'

const COLUMNS: Column<Hint>[] = [
  viewColumn({ isWide: true }),
  { name: 'of', title: 'Change', value: growthOf },
  {
    name: 'shown_by',
    title: 'Seen in',
    value: (row) => row.shown_by,
    show: ({ shown_by }) => <span class="tag warning">{plural(shown_by, 'request')}</span>,
  },
  {
    name: 'after_requests',
    title: 'Requests',
    value: (row) => row.after_requests,
    show: ({ before_requests, after_requests }) =>
      `${format(before_requests, 'count')} → ${format(after_requests, 'count')}`,
  },
]

/** Large changes of which too few requests make sure, with how many there are. */
export function HintsTable({ rows }: { rows: readonly Hint[] }): VNode {
  return (
    <Table
      label="Large changes in few requests"
      columns={COLUMNS}
      rows={rows}
      keyOf={({ view_name, of }) => `${of} ${view_name}`}
    />
  )
}
