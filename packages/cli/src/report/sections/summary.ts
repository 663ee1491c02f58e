import { type Summary, summary } from '../../questions/summary.js'
import type { Tone } from '../../terminal/paint.js'
import { formatCount, formatShare, formatSpan } from '../../terminal/units.js'
import { APPROXIMATE, type ColumnOf, type Panel, panel } from '../panel.js'
import type { Asking, Section } from './section.js'

/** How much, how fast, how often wrong. */
export async function summarySection({
  store,
  scope,
  signal,
}: Asking): Promise<Section & { answer: Summary }> {
  const answer = await summary(store, scope, {}, signal)
  return { name: 'summary', answer, panels: [summaryPanel(answer)] }
}

const FIGURES: readonly ColumnOf<Summary>[] = [
  { name: 'requests', unit: 'count', value: (all) => all.requests },
  { name: 'views', unit: 'count', value: (all) => all.views },
  { name: 'users', unit: 'count', value: (all) => all.users },
  {
    name: 'errors',
    title: 'errors (5xx)',
    unit: 'count',
    value: (all) => all.errors,
    tone: badIfAny('errors'),
  },
  { name: 'client_errors', title: '4xx', unit: 'count', value: (all) => all.client_errors },
  { name: 'aborted', unit: 'count', value: (all) => all.aborted },
  { name: 'p50', unit: 'ms', value: (all) => all.p50 },
  { name: 'p95', unit: 'ms', value: (all) => all.p95 },
  { name: 'p99', unit: 'ms', value: (all) => all.p99 },
  { name: 'waiting_time', title: 'waiting', unit: 'ms', value: (all) => all.waiting_time },
  { name: 'sql_share', title: 'in SQL', unit: 'share', value: (all) => part(all.sql_time, all.waiting_time) },
  { name: 'repeats', title: 'N+1', unit: 'count', value: (all) => all.repeats, tone: warnIfAny('repeats') },
]

export function summaryPanel(answer: Summary): Panel {
  const { errors, requests, long_lived, bots, approximate } = answer
  const notes = [
    approximate && APPROXIMATE,
    errors > 0 && `${formatShare(errors / requests)} of the requests failed.`,
    long_lived > 0 &&
      `${formatCount(long_lived)} long-lived ${long_lived === 1 ? 'response is' : 'responses are'} in no time above (status 101, or open for over ${formatSpan(60_000)}).`,
    bots > 0 &&
      `${formatCount(bots)} requests are by crawlers and health checks: --bots exclude leaves them out, ranking --by user_agent --bots only names them.`,
  ]
  return { ...panel('', [answer], FIGURES, notes), layout: 'figures' }
}

function part(some: number, all: number): number | null {
  return all > 0 ? some / all : null
}

function badIfAny(name: 'errors'): (all: Summary) => Tone | undefined {
  return (all) => (all[name] > 0 ? 'bad' : undefined)
}

function warnIfAny(name: 'repeats'): (all: Summary) => Tone | undefined {
  return (all) => (all[name] > 0 ? 'warning' : undefined)
}
