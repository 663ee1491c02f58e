import type { VNode } from 'preact'
import type { RankingRow } from '../../questions/ranking.js'
import { useAnswer } from '../state/use-answer.js'
import { Panel } from './panel.js'
import { RepeatsTable } from './repeats-table.js'
import { type Column, Table } from './table.js'
import { Value } from './value.js'

const COLUMNS: Column<RankingRow>[] = [
  {
    name: 'sql_slowest',
    title: 'Slowest statement of the request',
    isWide: true,
    value: (row) => row.value,
    show: ({ value }) => <Value field="sql_slowest" value={value} />,
  },
  { name: 'requests', title: 'Requests', unit: 'count', value: (row) => row.requests },
  { name: 'share', title: 'Share', unit: 'share', value: (row) => row.share },
]

/** The statements that requests spend their SQL time on, and those that they repeat. */
export function StatementsPanel(): VNode {
  const slowest = useAnswer('ranking', { by: 'sql_slowest', limit: 10 })
  const repeats = useAnswer('repeats', { limit: 10 })
  return (
    <>
      <Panel
        title="Statements"
        of={slowest}
        isEmpty={({ rows }) => rows.every(({ value }) => value === null)}
        empty="No request of this scope ran a statement."
      >
        {({ rows }) => (
          <Table
            label="Statements"
            columns={COLUMNS}
            rows={rows.filter(({ value }) => value !== null)}
            keyOf={({ value }) => value ?? ''}
          />
        )}
      </Panel>
      {repeats.answer && repeats.answer.total > 0 && (
        <Panel title="Repeated statements (N+1)" of={repeats}>
          {({ repeats }) => <RepeatsTable rows={repeats} />}
        </Panel>
      )}
    </>
  )
}
