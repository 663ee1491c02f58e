import type { VNode } from 'preact'
import type { RequestRow } from '../../questions/request-row.js'
import { linkTo } from '../state/place.js'
import { SplitBar } from './bars.js'
import { format, shortId } from './format.js'
import { type Column, Table } from './table.js'
import { Value } from './value.js'

/** Where a request is shown: by the id that the client was told, which means the same tomorrow. */
export function requestLink({ id, request_id }: { id: number; request_id: string | null }): string {
  return linkTo('request', request_id ? { rid: request_id } : { id })
}

/** A request's status in the colour of how it ended. */
export function Status({ status_code, aborted }: Pick<RequestRow, 'status_code' | 'aborted'>): VNode {
  const isKnown = status_code !== null && status_code !== 499
  const text = aborted && isKnown ? `${status_code} aborted` : aborted ? 'aborted' : format(status_code)
  return <span class={`status ${kindOf(status_code, aborted)}`}>{text}</span>
}

function kindOf(status: number | null, aborted: boolean | null): string {
  if (status !== null && status >= 500) return 'error'
  if (aborted || status === 499) return 'aborted'
  return status === null || status < 400 ? 'fine' : 'client'
}

/** Requests, one a row, each with its SQL/Node bar. */
export function RequestsTable({ label, rows }: { label: string; rows: readonly RequestRow[] }): VNode {
  const most = Math.max(...rows.map(({ total_time }) => total_time ?? 0))
  const columns: Column<RequestRow>[] = [
    {
      name: 'time',
      title: 'Time',
      unit: 'time',
      value: (row) => row.time,
      show: (row) => (
        <a class="text" href={requestLink(row)}>
          {format(row.time, 'time')}
        </a>
      ),
    },
    { name: 'total_time', title: 'Total', unit: 'ms', value: (row) => row.total_time },
    {
      name: 'sql_time',
      title: 'SQL / Node',
      value: (row) => row.sql_time,
      show: (row) => <SplitBar sql={row.sql_time} total={row.total_time} most={most} />,
    },
    { name: 'sql_count', title: 'SQL', unit: 'count', value: (row) => row.sql_count, isMinor: true },
    {
      name: 'status_code',
      title: 'Status',
      value: (row) => row.status_code,
      show: (row) => <Status {...row} />,
    },
    {
      name: 'url',
      title: 'Request',
      isWide: true,
      value: (row) => `${row.method ?? ''} ${row.url ?? ''}`.trim(),
    },
    {
      name: 'user',
      title: 'User',
      value: (row) => row.user,
      isMinor: true,
      show: (row) => <Value field="user" value={row.user} />,
    },
    {
      name: 'request_id',
      title: 'Id',
      value: (row) => row.request_id,
      isMinor: true,
      show: (row) => <code title={row.request_id ?? ''}>{shortId(row.request_id)}</code>,
    },
  ]
  return <Table label={label} columns={columns} rows={rows} keyOf={({ id }) => id} />
}
