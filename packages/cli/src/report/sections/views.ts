import { type View, type ViewSort, type Views, views } from '../../questions/views.js'
import { APPROXIMATE, type ColumnOf, leftOut, type Panel, panel } from '../panel.js'
import { type Asking, limitOf, type Section } from './section.js'

/** What shall I fix? */
export async function viewsSection(
  asking: Asking,
  sort: ViewSort = 'waiting_time',
  shown = 50,
): Promise<Section & { answer: Views }> {
  const options = { sort, ...limitOf(asking, shown), buckets: 24 }
  const answer = await views(asking.store, asking.scope, options, asking.signal)
  return { name: 'views', answer, panels: [viewsPanel(answer, sort)] }
}

export function viewsPanel({ views, total, approximate }: Views, sort: ViewSort = 'waiting_time'): Panel {
  const title = sort === 'waiting_time' ? 'Views by waiting time' : `Views by ${sort}`
  const none = views.length === 0 && 'There is no request.'
  return panel(title, views, COLUMNS, [
    none,
    leftOut(views.length, total, 'views'),
    approximate && APPROXIMATE,
  ])
}

const COLUMNS: readonly ColumnOf<View>[] = [
  { name: 'view_name', title: 'view', unit: 'text', value: (view) => view.view_name, tone: () => 'name' },
  { name: 'waiting_time', title: 'waiting', unit: 'ms', value: (view) => view.waiting_time },
  { name: 'share', unit: 'share', keep: 7, value: (view) => view.share },
  { name: 'requests', unit: 'count', value: (view) => view.requests },
  { name: 'p50', unit: 'ms', keep: 5, value: (view) => view.p50 },
  { name: 'p95', unit: 'ms', value: (view) => view.p95 },
  { name: 'p99', unit: 'ms', keep: 2, value: (view) => view.p99 },
  { name: 'sql_share', title: 'SQL', unit: 'share', keep: 4, value: (view) => view.sql_share },
  { name: 'sql_count', title: 'SQL/req', unit: 'count', keep: 3, value: (view) => view.sql_count },
  { name: 'repeats', title: 'N+1', unit: 'count', keep: 6, value: (view) => view.repeats, tone: repeated },
  { name: 'errors', unit: 'count', keep: 8, value: (view) => view.errors, tone: failed },
  {
    name: 'series',
    title: 'mean over time',
    unit: 'chart',
    keep: 1,
    value: (view) => view.series.map(({ mean }) => mean),
  },
]

function failed({ errors }: View): 'bad' | 'faint' {
  return errors > 0 ? 'bad' : 'faint'
}

function repeated({ repeats }: View): 'warning' | 'faint' {
  return repeats > 0 ? 'warning' : 'faint'
}
