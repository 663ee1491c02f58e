import type { VNode } from 'preact'
import type { RankingRow } from '../../questions/ranking.js'
import { ShareBar } from '../parts/bars.js'
import { Count } from '../parts/count.js'
import { format, plural } from '../parts/format.js'
import { Panel } from '../parts/panel.js'
import { type Column, Table } from '../parts/table.js'
import { Value } from '../parts/value.js'
import { go, linkHere, place } from '../state/place.js'
import { useAnswer } from '../state/use-answer.js'

const FIELDS = [
  'view_name',
  'user',
  'status_code',
  'method',
  'url.path',
  'remote_ip',
  'user_agent',
  'hour',
  'sql_slowest',
]

/** What is asked for most? */
export function RankingScreen(): VNode {
  const by = place.value.params.get('by') ?? 'view_name'
  const ranking = useAnswer('ranking', { by, limit: 100 })
  const more = useAnswer('suggest', { field: 'field', limit: 50 })
  const fields = [...new Set([...FIELDS, by, ...(more.answer?.values.map(({ value }) => value) ?? [])])]
  const { answer } = ranking
  const choice = (
    <label>
      by{' '}
      <select value={by} onChange={({ currentTarget: { value } }) => go(linkHere({ by: value }))}>
        {fields.map((field) => (
          <option key={field}>{field}</option>
        ))}
      </select>
    </label>
  )
  return (
    <>
      <h1>Access ranking</h1>
      <Panel
        title={`Requests by ${by}`}
        of={ranking}
        isEmpty={({ rows }) => rows.length === 0}
        aside={choice}
      >
        {({ rows, total }) => (
          <>
            <Table
              label={`Requests by ${by}`}
              columns={columnsOf(by)}
              rows={rows}
              keyOf={({ value }) => `${value === null}${value}`}
            />
            {total > rows.length && (
              <p class="note">
                The first {rows.length} of {plural(total, 'value')}.
              </p>
            )}
          </>
        )}
      </Panel>
      {answer && <p class="note">{plural(answer.requests, 'request')} in the scope.</p>}
    </>
  )
}

function columnsOf(by: string): Column<RankingRow>[] {
  return [
    {
      name: by,
      isWide: true,
      value: (row) => row.value,
      show: ({ value }) => <Value field={by} value={value} />,
    },
    { name: 'requests', title: 'Requests', unit: 'count', value: (row) => row.requests },
    {
      name: 'share',
      title: 'Share',
      unit: 'share',
      value: (row) => row.share,
      show: ({ share }) => (
        <span class="waiting">
          <ShareBar share={share} />
          {format(share, 'share')}
        </span>
      ),
    },
    { name: 'users', title: 'Users', unit: 'count', value: (row) => row.users },
    {
      name: 'errors',
      title: 'Errors',
      unit: 'count',
      value: (row) => row.errors,
      show: ({ errors }) => <Count count={errors} kind="error" />,
    },
  ]
}
