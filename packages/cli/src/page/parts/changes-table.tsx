import type { VNode } from 'preact'
import type { Change } from '../../questions/compare.js'
import { literal } from '../../questions/scope.js'
import { linkTo } from '../state/place.js'
import { format } from './format.js'
import { type Column, Table } from './table.js'
import { Value } from './value.js'

const COLUMNS: Column<Change>[] = [
  {
    name: 'view_name',
    title: 'View',
    isWide: true,
    value: (row) => row.view_name,
    show: ({ view_name }) => (
      <Value field="view_name" value={view_name} href={linkTo('view', { view: literal(view_name) })} />
    ),
  },
  { name: 'p50_before', title: 'p50 before', unit: 'ms', value: (row) => row.before.p50 },
  { name: 'p50_after', title: 'p50 after', unit: 'ms', value: (row) => row.after.p50 },
  { name: 'latency', title: 'Latency', value: (row) => row.latency, show: latencyCell },
  { name: 'p95_before', title: 'p95 before', unit: 'ms', value: (row) => row.before.p95, isMinor: true },
  { name: 'p95_after', title: 'p95 after', unit: 'ms', value: (row) => row.after.p95, isMinor: true },
  {
    name: 'errors',
    title: 'Errors',
    value: (row) => row.errors,
    show: ({ errors }) => <span class={`change ${errors}`}>{errors}</span>,
  },
  {
    name: 'errors_before',
    title: 'Errors before',
    unit: 'share',
    value: (row) => row.before.error_rate,
    isMinor: true,
  },
  {
    name: 'errors_after',
    title: 'Errors after',
    unit: 'share',
    value: (row) => row.after.error_rate,
    isMinor: true,
  },
  {
    name: 'requests',
    title: 'Requests',
    value: (row) => row.after.requests,
    show: ({ before, after }) => `${format(before.requests, 'count')} → ${format(after.requests, 'count')}`,
  },
]

function latencyCell({ latency, p50_ratio }: Change): VNode {
  const factor = p50_ratio === null || p50_ratio <= 0 ? undefined : Math.max(p50_ratio, 1 / p50_ratio)
  const isChange = (latency === 'slower' || latency === 'faster') && factor !== undefined
  return <span class={`change ${latency}`}>{isChange ? `${factor.toFixed(1)}× ${latency}` : latency}</span>
}

/** How views changed between two ranges of time. */
export function ChangesTable({ label, rows }: { label: string; rows: readonly Change[] }): VNode {
  return <Table label={label} columns={COLUMNS} rows={rows} keyOf={({ view_name }) => view_name} />
}
