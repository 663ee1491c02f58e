import type { VNode } from 'preact'
import type { Change } from '../../questions/compare.js'
import { format } from './format.js'
import { type Column, Table } from './table.js'
import { viewColumn } from './view-column.js'

const COLUMNS: Column<Change>[] = [
  viewColumn({ isWide: true }),
  { name: 'p50_before', title: 'p50 before', unit: 'ms', value: (row) => row.before.p50 },
  { name: 'p50_after', title: 'p50 after', unit: 'ms', value: (row) => row.after.p50 },
  { name: 'latency', title: 'Latency', value: (row) => row.latency, show: latencyCell },
  { name: 'p95_before', title: 'p95 before', unit: 'ms', value: (row) => row.before.p95, isMinor: true },
  { name: 'p95_after', title: 'p95 after', unit: 'ms', value: (row) => row.after.p95, isMinor: true },
  {
    name: 'errors',
    title: 'Errors',
    value: (row) => row.errors,
    show: ({ errors }) => <Verdict of={errors} />,
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

/** The verdict, and the percentile that it is about: the other one may have gone the other way. */
function latencyCell({ latency, latency_by, before, after, p50_ratio, p95_ratio }: Change): VNode {
  const ratio = latency_by === 'p50' ? p50_ratio : p95_ratio
  if (latency_by === null || ratio === null) return <Verdict of={latency} />
  const factor = Math.max(ratio, 1 / ratio).toFixed(1)
  return (
    <span
      class={`change ${latency}`}
      title={`${latency_by} ${format(before[latency_by], 'ms')} → ${format(after[latency_by], 'ms')}`}
    >
      {latency_by} {factor}× {latency}
    </span>
  )
}

const UNSURE = 'Too few requests, or in too few moments, to be sure'

function Verdict({ of }: { of: Change['latency'] | Change['errors'] }): VNode {
  return (
    <span class={`change ${of}`} title={of === 'unsure' ? UNSURE : undefined}>
      {of}
    </span>
  )
}

const SHORT = COLUMNS.filter(({ isMinor }) => !isMinor)

interface ChangesTableProps {
  readonly label: string
  readonly rows: readonly Change[]
  /** Only what fits beside another table. */
  readonly isShort?: boolean
}

/** How views changed between two ranges of time. */
export function ChangesTable({ label, rows, isShort }: ChangesTableProps): VNode {
  const columns = isShort ? SHORT : COLUMNS
  return <Table label={label} columns={columns} rows={rows} keyOf={({ view_name }) => view_name} />
}
