import type { VNode } from 'preact'
import type { RejectedRow } from '../../questions/rejected.js'
import { format, plural } from '../parts/format.js'
import { Panel } from '../parts/panel.js'
import { type Column, Table } from '../parts/table.js'
import { frozen } from '../state/live.js'
import { useAnswer } from '../state/use-answer.js'

const COLUMNS: Column<RejectedRow>[] = [
  { name: 'file', title: 'File', value: (row) => row.file },
  { name: 'line', title: 'Line', unit: 'count', value: (row) => row.line },
  { name: 'byte_offset', title: 'Offset', unit: 'count', value: (row) => row.byte_offset, isMinor: true },
  { name: 'reason', title: 'Reason', value: (row) => row.reason },
  {
    name: 'text',
    title: 'Text',
    isWide: true,
    value: (row) => row.text,
    show: ({ text }) => <code>{format(text)}</code>,
  },
]

/** Which lines were no records, and why? */
export function RejectedScreen(): VNode {
  const rejected = useAnswer('rejected', { limit: 200 })
  const { requests = 0, labelled = 0, rejected: count = 0, blank = 0 } = frozen.value ?? {}
  return (
    <>
      <h1>Rejected lines</h1>
      <p class="note">
        {plural(requests + labelled + count + blank, 'piece')} = {plural(requests, 'request')} +{' '}
        {format(labelled, 'count')} labelled + {format(count, 'count')} rejected + {format(blank, 'count')}{' '}
        blank
      </p>
      <Panel
        title="Lines that are no records"
        of={rejected}
        isEmpty={({ rejected }) => rejected === 0}
        empty="Every line of the log is a record."
      >
        {({ rows, reasons, rejected }) => (
          <>
            <ul class="reasons">
              {reasons.map(({ reason, rejected }) => (
                <li key={reason}>
                  <span class="tag">{format(rejected, 'count')}</span> {format(reason)}
                </li>
              ))}
            </ul>
            <Table
              label="Rejected lines"
              columns={COLUMNS}
              rows={rows}
              keyOf={({ file, byte_offset }) => `${file} ${byte_offset}`}
            />
            {rejected > rows.length && (
              <p class="note">
                The first {rows.length} of {format(rejected, 'count')}.
              </p>
            )}
          </>
        )}
      </Panel>
    </>
  )
}
