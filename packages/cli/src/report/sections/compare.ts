import { type Change, type Compare, compare, type Hint } from '../../questions/compare.js'
import type { TimeRange } from '../../questions/scope.js'
import { formatCount } from '../../terminal/units.js'
import { formatTime } from '../../time-zone/clock.js'
import { growthOf } from '../growth.js'
import { type ColumnOf, type Panel, panel } from '../panel.js'
import type { Asking, Section } from './section.js'

/** What became slower or faster between two ranges. */
export async function compareSection(
  asking: Asking,
  before: TimeRange,
  after: TimeRange,
): Promise<Section & { answer: Compare }> {
  const { store, scope, signal } = asking
  const answer = await compare(store, scope, { before, after }, signal)
  const shown = { ...answer, views: answer.views.slice(0, asking.limit ?? 50) }
  return {
    name: 'compare',
    answer,
    csv: panel('All views', answer.views, COLUMNS),
    panels: comparePanels(shown, scope.timeZone),
  }
}

export function comparePanels(answer: Compare, timeZone: string): Panel[] {
  const side = (name: string, { from, until, requests }: Compare['before']): string =>
    `${name}: ${formatTime(from, timeZone)} to ${formatTime(until, timeZone)}, ${formatCount(requests)} requests.`
  const ranges = [side('Before', answer.before), side('After', answer.after), ...answer.cautions]
  return [
    panel('Slower, or more errors: the costliest first', answer.regressed, COLUMNS, [
      answer.regressed.length === 0 && 'No view became slower or failed more often by more than noise.',
      ...ranges,
    ]),
    panel('Faster, or fewer errors: the largest gain first', answer.improved, COLUMNS, [
      answer.improved.length === 0 && 'No view became faster or failed less often by more than noise.',
    ]),
    ...(answer.hints.length > 0
      ? [panel('Large, but in too few requests to be sure', answer.hints, HINTS)]
      : []),
    panel('All views', answer.views, COLUMNS),
  ]
}

const HINTS: readonly ColumnOf<Hint>[] = [
  { name: 'view_name', title: 'view', unit: 'text', value: (hint) => hint.view_name, tone: () => 'name' },
  { name: 'of', title: 'change', unit: 'text', value: growthOf },
  { name: 'shown_by', title: 'shown by', unit: 'count', value: (hint) => hint.shown_by },
  { name: 'before_requests', title: 'requests before', unit: 'count', value: (hint) => hint.before_requests },
  { name: 'after_requests', title: 'after', unit: 'count', value: (hint) => hint.after_requests },
]

const COLUMNS: readonly ColumnOf<Change>[] = [
  { name: 'view_name', title: 'view', unit: 'text', value: (change) => change.view_name, tone: () => 'name' },
  { name: 'p50_ratio', title: 'p50', unit: 'change', value: (change) => change.p50_ratio },
  { name: 'p50_before', title: 'before', unit: 'ms', keep: 8, value: ({ before }) => before.p50 },
  { name: 'p50_after', title: 'after', unit: 'ms', keep: 8, value: ({ after }) => after.p50 },
  { name: 'p95_before', title: 'p95 before', unit: 'ms', keep: 4, value: ({ before }) => before.p95 },
  { name: 'p95_after', title: 'after', unit: 'ms', keep: 4, value: ({ after }) => after.p95 },
  { name: 'latency', unit: 'text', keep: 7, value: latencyWord, tone: latencyTone },
  {
    name: 'requests_before',
    title: 'requests before',
    unit: 'count',
    keep: 6,
    value: ({ before }) => before.requests,
  },
  { name: 'requests_after', title: 'after', unit: 'count', keep: 6, value: ({ after }) => after.requests },
  {
    name: 'error_rate_before',
    title: 'errors before',
    unit: 'share',
    keep: 3,
    value: ({ before }) => before.error_rate,
  },
  {
    name: 'error_rate_after',
    title: 'after',
    unit: 'share',
    keep: 3,
    value: ({ after }) => after.error_rate,
  },
  {
    name: 'errors',
    title: 'errors',
    unit: 'text',
    keep: 3,
    value: ({ errors }) => WORDS[errors],
    tone: errorTone,
  },
  {
    name: 'sql_count_before',
    title: 'SQL/req before',
    unit: 'count',
    keep: 2,
    value: ({ before }) => before.sql_count,
  },
  { name: 'sql_count_after', title: 'after', unit: 'count', keep: 2, value: ({ after }) => after.sql_count },
]

/** What a change is called, and what stays silent. */
const WORDS = {
  slower: 'slower',
  faster: 'faster',
  more: 'more',
  fewer: 'fewer',
  same: 'as before',
  unsure: 'unsure',
} as const

/** Names the percentile that a verdict is about: the other one may have gone the other way. */
function latencyWord({ latency, latency_by }: Change): string {
  return latency_by === null ? WORDS[latency] : `${latency_by} ${WORDS[latency]}`
}

function latencyTone({ latency }: Change): 'bad' | 'good' | 'faint' {
  return latency === 'slower' ? 'bad' : latency === 'faster' ? 'good' : 'faint'
}

function errorTone({ errors }: Change): 'bad' | 'good' | 'faint' {
  return errors === 'more' ? 'bad' : errors === 'fewer' ? 'good' : 'faint'
}
