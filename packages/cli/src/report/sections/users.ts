import { type User, type UserSort, type Users, users } from '../../questions/users.js'
import { formatCount } from '../../terminal/units.js'
import { type ColumnOf, leftOut, type Panel, panel } from '../panel.js'
import { type Asking, limitOf, type Section } from './section.js'

/** Who waits, and who uses the application. */
export async function usersSection(
  asking: Asking,
  sort: UserSort = 'waiting_time',
): Promise<Section & { answer: Users }> {
  const answer = await users(asking.store, asking.scope, { sort, ...limitOf(asking, 50) }, asking.signal)
  return { name: 'users', answer, panels: [usersPanel(answer, sort)] }
}

export function usersPanel({ users, total, requests, anonymous }: Users, sort: UserSort = 'requests'): Panel {
  const title = sort === 'waiting_time' ? 'Users by waiting time' : `Users by ${sort}`
  return panel(title, users, COLUMNS, [
    total === 0 && 'No request has a user.',
    anonymous > 0 && `${formatCount(anonymous)} of ${formatCount(requests)} requests have no user.`,
    leftOut(users.length, total, 'users'),
  ])
}

const COLUMNS: readonly ColumnOf<User>[] = [
  { name: 'user', unit: 'text', value: ({ user }) => user, tone: () => 'name' },
  { name: 'waiting_time', title: 'waiting', unit: 'ms', value: (user) => user.waiting_time },
  { name: 'requests', unit: 'count', value: ({ requests }) => requests },
  { name: 'p50', unit: 'ms', keep: 5, value: ({ p50 }) => p50 },
  { name: 'p95', unit: 'ms', value: ({ p95 }) => p95 },
  {
    name: 'errors',
    unit: 'count',
    keep: 8,
    value: ({ errors }) => errors,
    tone: ({ errors }) => (errors > 0 ? 'bad' : 'faint'),
  },
  { name: 'aborted', unit: 'count', keep: 3, value: ({ aborted }) => aborted },
  { name: 'views', unit: 'count', keep: 4, value: ({ views }) => views },
  { name: 'first', unit: 'time', keep: 1, value: ({ first }) => first },
  { name: 'last', unit: 'time', keep: 6, value: ({ last }) => last },
]
