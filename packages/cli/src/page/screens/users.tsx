import type { VNode } from 'preact'
import type { User, UsersOptions } from '../../questions/users.js'
import { Count } from '../parts/count.js'
import { format, plural } from '../parts/format.js'
import { Panel } from '../parts/panel.js'
import { type Column, Table } from '../parts/table.js'
import { TrailPanel } from '../parts/trail-panel.js'
import { Value } from '../parts/value.js'
import { linkHere, place } from '../state/place.js'
import { useAnswer } from '../state/use-answer.js'

type Sort = NonNullable<UsersOptions['sort']>
const SORTS: readonly Sort[] = ['requests', 'errors', 'waiting_time', 'p95', 'last']

const NAMES: Readonly<Record<Sort, string>> = {
  requests: 'requests',
  errors: 'errors',
  waiting_time: 'waiting time',
  p95: 'p95',
  last: 'last visit',
}

/** Who uses the application, who waits, and what did one of them do? */
export function UsersScreen(): VNode {
  const { params } = place.value
  const sort = SORTS.find((name) => name === params.get('sort')) ?? 'requests'
  const trailOf = params.get('trail')
  const users = useAnswer('users', { sort, limit: 100 })
  const { answer } = users
  return (
    <>
      <h1>Users</h1>
      {trailOf !== null && (
        <TrailPanel
          options={{ user: trailOf, limit: 100, ...(params.has('error') && { beforeError: true }) }}
        />
      )}
      <Panel
        title={`Users by ${NAMES[sort]}`}
        of={users}
        isEmpty={({ users }) => users.length === 0}
        empty="No request of this scope has a user."
        aside={
          answer &&
          `${plural(answer.total, 'user')}; ${format(answer.anonymous, 'count')} of ${plural(answer.requests, 'request')} without one`
        }
      >
        {({ users }) => (
          <Table label="Users" columns={columnsOf(sort)} rows={users} keyOf={({ user }) => user} />
        )}
      </Panel>
    </>
  )
}

function columnsOf(sort: Sort): Column<User>[] {
  const by = (name: Sort): Pick<Column<User>, 'sortLink' | 'isSorted'> => ({
    sortLink: linkHere({ sort: name }),
    isSorted: name === sort,
  })
  return [
    {
      name: 'user',
      title: 'User',
      isWide: true,
      value: (row) => row.user,
      show: ({ user }) => <Value field="user" value={user} href={linkHere({ trail: user })} />,
    },
    { name: 'requests', title: 'Requests', unit: 'count', value: (row) => row.requests, ...by('requests') },
    {
      name: 'waiting_time',
      title: 'Waiting',
      unit: 'ms',
      value: (row) => row.waiting_time,
      ...by('waiting_time'),
    },
    { name: 'p50', unit: 'ms', value: (row) => row.p50, isMinor: true },
    { name: 'p95', unit: 'ms', value: (row) => row.p95, ...by('p95') },
    {
      name: 'errors',
      title: 'Errors',
      unit: 'count',
      value: (row) => row.errors,
      show: ({ errors }) => <Count count={errors} kind="error" />,
      ...by('errors'),
    },
    { name: 'views', title: 'Views', unit: 'count', value: (row) => row.views, isMinor: true },
    { name: 'last', title: 'Last seen', unit: 'time', value: (row) => row.last, ...by('last') },
  ]
}
