import type { VNode } from 'preact'
import { literal } from '../../questions/scope.js'
import type { View, ViewSort } from '../../questions/views.js'
import { linkHere, linkTo, place } from '../state/place.js'
import { useAnswer } from '../state/use-answer.js'
import { Sparkline, Split } from './bars.js'
import { Count } from './count.js'
import { format, plural } from './format.js'
import { Panel } from './panel.js'
import { type Column, Table } from './table.js'
import { Value } from './value.js'

const SHOWN = 20
const SORTS: readonly ViewSort[] = [
  'waiting_time',
  'requests',
  'p50',
  'p95',
  'p99',
  'errors',
  'client_errors',
  'sql_count',
  'repeats',
  'view_name',
]

/** What shall I fix? */
export function ViewsTable(): VNode {
  const { params } = place.value
  const sort = SORTS.find((name) => name === params.get('sort')) ?? 'waiting_time'
  const isAll = params.has('all')
  const views = useAnswer('views', { sort, ...(!isAll && { limit: SHOWN }) })
  return (
    <Panel
      title="Views by total waiting time"
      of={views}
      isEmpty={({ views }) => views.length === 0}
      aside={views.answer && plural(views.answer.total, 'view')}
    >
      {({ views, total, approximate }) => (
        <>
          <Table
            label="Views"
            columns={columnsOf(sort, approximate ? '≈ ' : '')}
            rows={views}
            keyOf={({ view_name }) => view_name}
          />
          {total > views.length && (
            <a class="more" href={linkHere({ all: '1' })}>
              Show all {format(total, 'count')} views
            </a>
          )}
        </>
      )}
    </Panel>
  )
}

function columnsOf(sort: ViewSort, about: string): Column<View>[] {
  const by = (name: ViewSort): Pick<Column<View>, 'sortLink' | 'isSorted'> => ({
    sortLink: linkHere({ sort: name === 'waiting_time' ? null : name }),
    isSorted: name === sort,
  })
  return [
    { name: 'view_name', title: 'View', isWide: true, value: (view) => view.view_name, show: viewCell },
    {
      name: 'waiting_time',
      title: 'Waiting',
      unit: 'ms',
      value: (view) => view.waiting_time,
      ...by('waiting_time'),
    },
    {
      name: 'share',
      title: 'Share',
      unit: 'share',
      value: (view) => view.share,
      show: ({ share, sql_share }) => <Waiting share={share} sql={sql_share} />,
    },
    { name: 'requests', title: 'Requests', unit: 'count', value: (view) => view.requests, ...by('requests') },
    { name: 'p50', title: `${about}p50`, unit: 'ms', value: (view) => view.p50, isMinor: true, ...by('p50') },
    { name: 'p95', title: `${about}p95`, unit: 'ms', value: (view) => view.p95, ...by('p95') },
    { name: 'sql_share', title: 'SQL', unit: 'share', value: (view) => view.sql_share, isMinor: true },
    {
      name: 'sql_count',
      title: 'SQL/req',
      unit: 'count',
      value: (view) => view.sql_count,
      isMinor: true,
      ...by('sql_count'),
    },
    {
      name: 'repeats',
      title: 'N+1',
      unit: 'count',
      value: (view) => view.repeats,
      show: ({ repeats, requests }) =>
        repeats > 0 ? (
          <span class="tag warning" title={`${repeats} of ${requests} requests repeat a statement`}>
            {format(repeats, 'count')}
          </span>
        ) : (
          ''
        ),
      ...by('repeats'),
    },
    {
      name: 'errors',
      title: 'Errors',
      unit: 'count',
      value: (view) => view.errors,
      show: ({ errors }) => <Count count={errors} kind="error" />,
      ...by('errors'),
    },
    {
      name: 'client_errors',
      title: '4xx',
      unit: 'count',
      value: (view) => view.client_errors,
      isMinor: true,
      show: ({ client_errors }) => <Count count={client_errors} kind="client" />,
      ...by('client_errors'),
    },
    {
      name: 'series',
      title: 'Mean over time',
      isMinor: true,
      value: (view) => view.series.map(({ mean }) => mean),
      show: (view) => (
        <Sparkline values={view.series.map(({ mean }) => mean)} label={`${view.view_name}: mean over time`} />
      ),
    },
  ]
}

function viewCell({ view_name }: View): VNode {
  return <Value field="view_name" value={view_name} href={linkTo('view', { view: literal(view_name) })} />
}

/** A view's share of all waiting time, of which a part is SQL. */
function Waiting({ share, sql }: { share: number; sql: number | null }): VNode {
  const label = `${format(share, 'share')} of the waiting time, ${format(sql, 'share')} of it SQL`
  return (
    <span class="waiting">
      <Split sql={share * (sql ?? 0)} node={share * (1 - (sql ?? 0))} label={label} />
      {format(share, 'share')}
    </span>
  )
}
