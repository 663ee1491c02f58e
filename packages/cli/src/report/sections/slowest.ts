import type { RequestRow } from '../../questions/request-row.js'
import { slowest } from '../../questions/slowest.js'
import { mostlyAfterHead } from '../after-head.js'
import { type ColumnOf, leftOut, type Panel, panel } from '../panel.js'
import { type Asking, limitOf, type Section } from './section.js'

/** The slowest requests; on the first screen at most two of each view, so that one view does not fill it. */
export async function slowestSection(asking: Asking, shown = 20, perView?: number): Promise<Section> {
  const options = { ...limitOf(asking, shown), ...(perView !== undefined && { perView }) }
  const answer = await slowest(asking.store, asking.scope, options, asking.signal)
  const { rows, requests } = answer
  const title =
    perView === undefined ? 'Slowest requests' : `Slowest requests, at most ${perView} of each view`
  const more = perView === undefined && leftOut(rows.length, requests, 'requests')
  return { name: 'slowest', answer, panels: [requestsPanel(title, rows, [more])] }
}

/** Requests, one a row. */
export function requestsPanel(
  title: string,
  rows: readonly RequestRow[],
  notes: readonly (string | false)[] = [],
): Panel {
  const none = rows.length === 0 && 'There is no request.'
  const isAfterHead = rows.some((row) => mostlyAfterHead(row) !== undefined) && AFTER_HEAD
  const columns = rows.some((row) => row.head_time !== null) ? COLUMNS.toSpliced(1, 0, HEAD_TIME) : COLUMNS
  return panel(title, rows, columns, [none, ...notes, isAfterHead])
}

const COLUMNS: readonly ColumnOf<RequestRow>[] = [
  { name: 'total_time', title: 'total', unit: 'ms', value: (row) => row.total_time },
  { name: 'sql_time', title: 'SQL', unit: 'ms', keep: 6, value: (row) => row.sql_time },
  { name: 'sql_count', title: 'count', unit: 'count', keep: 5, value: (row) => row.sql_count },
  {
    name: 'status_code',
    title: 'status',
    unit: 'text',
    keep: 7,
    value: (row) => String(row.status_code ?? '–'),
    tone: statusTone,
  },
  { name: 'time', unit: 'time', keep: 8, value: (row) => row.time },
  {
    name: 'view_name',
    title: 'view',
    unit: 'text',
    keep: 3,
    value: (row) => row.view_name,
    tone: () => 'name',
  },
  { name: 'url', unit: 'text', value: (row) => row.url },
  { name: 'user', unit: 'text', keep: 4, value: (row) => row.user },
  { name: 'request_id', unit: 'text', keep: 1, value: (row) => row.request_id },
]

/** Only where the log has it. */
const HEAD_TIME: ColumnOf<RequestRow> = {
  name: 'head_time',
  title: 'head',
  unit: 'ms',
  keep: 6,
  value: (row) => row.head_time,
  tone: (row) => (mostlyAfterHead(row) === undefined ? undefined : 'warning'),
}

const AFTER_HEAD =
  "head is the time up to the response head. What follows of total is streaming and the client's network."

export function statusTone({
  status_code: status,
}: {
  status_code: number | null
}): 'bad' | 'warning' | undefined {
  if (status !== null && status >= 500) return 'bad'
  return status !== null && status >= 400 ? 'warning' : undefined
}
