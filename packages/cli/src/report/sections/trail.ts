import { type Step, type Trail, type TrailOptions, trail } from '../../questions/trail.js'
import { ownFields } from '../../terminal/own-fields.js'
import { formatCount, formatMs } from '../../terminal/units.js'
import { mostlyAfterHead } from '../after-head.js'
import { type ColumnOf, type Panel, panel } from '../panel.js'
import { type Asking, limitOf, type Section } from './section.js'
import { statusTone } from './slowest.js'

/** What a user did, in order, up to the error. */
export async function trailSection(
  asking: Asking,
  options: TrailOptions,
): Promise<Section & { answer: Trail }> {
  const answer = await trail(
    asking.store,
    asking.scope,
    { ...limitOf(asking, 50), ...options },
    asking.signal,
  )
  return { name: 'trail', answer, panels: [trailPanel(answer, options)] }
}

export function trailPanel(answer: Trail, options: TrailOptions): Panel {
  const { steps, user, trace, requests, actions } = answer
  const [whose, subject] =
    trace === null ? [user ?? 'nobody', user ?? 'Nobody'] : [`trace ${trace}`, `Trace ${trace}`]
  const total = `${subject} has ${formatCount(requests)} requests and ${formatCount(actions)} labelled records in this range.`
  const notes = [
    steps.length === 0 ? `There is no record of ${user ?? options.requestId ?? 'this id'}.` : total,
    trace !== null && 'The request has no user: this is what happened in its trace.',
  ]
  const columns = COLUMNS.map((column) => ({ ...column, tone: toneIn(answer, column) }))
  return panel(`Trail of ${whose}`, steps, columns, notes)
}

const COLUMNS: readonly ColumnOf<Step>[] = [
  { name: 'time', unit: 'time', value: ({ record }) => record.time },
  { name: 'gap', title: 'after', unit: 'ms', keep: 6, value: ({ gap }) => gap },
  { name: 'status_code', title: 'status', unit: 'text', keep: 8, value: statusOf },
  { name: 'what', unit: 'text', value: whatOf },
  { name: 'total_time', title: 'total', unit: 'ms', keep: 7, value: (step) => requestOf(step)?.total_time },
  { name: 'sql_count', title: 'SQL', unit: 'count', keep: 5, value: (step) => requestOf(step)?.sql_count },
  { name: 'detail', unit: 'text', keep: 4, value: detailOf },
  { name: 'request_id', unit: 'text', keep: 1, value: ({ record }) => record.request_id },
]

function requestOf(step: Step): Extract<Step, { kind: 'request' }>['record'] | undefined {
  return step.kind === 'request' ? step.record : undefined
}

function statusOf(step: Step): string | null {
  const request = requestOf(step)
  if (!request) return null
  return `${request.status_code ?? '–'}${request.aborted ? ' aborted' : ''}`
}

function whatOf(step: Step): string {
  if (step.kind === 'action') return `  · ${step.record.label_name ?? '(no label)'}`
  return `${step.record.method ?? ''} ${step.record.url ?? step.record.view_name ?? ''}`
}

function detailOf(step: Step): string | null {
  if (step.kind === 'action') return ownFields(step.record.fields)
  const { ex_type, ex_message, sql_repeat, sql_repeat_count } = step.record
  if (ex_type) return `${ex_type}: ${ex_message ?? ''}`
  if (sql_repeat) return `N+1: ${sql_repeat_count ?? '?'} × ${sql_repeat}`
  const afterHead = mostlyAfterHead(step.record)
  return afterHead === undefined
    ? null
    : `${formatMs(afterHead)} after the head: streaming, or the client's network`
}

/** The record that was asked for stands out; failed requests are red. */
function toneIn({ at }: Trail, { name }: ColumnOf<Step>): NonNullable<ColumnOf<Step>['tone']> {
  return (step) => {
    if (step.kind === 'request' && step.failed && name !== 'time') return 'bad'
    if (step.record.id === at) return 'title'
    if (step.kind === 'action') return 'faint'
    return name === 'status_code' ? statusTone(step.record) : undefined
  }
}
